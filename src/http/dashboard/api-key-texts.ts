/** Texts of the page of API keys; merged into `texts.ts`. */
export const apiKeyTexts = {
  apiKeys: { ro: 'Chei API', en: 'API keys' },
  apiKeysLead: {
    ro: 'Pentru programe care apelează rutele /v1: fiecare cu cheia și drepturile ei. O cheie se arată o singură dată.',
    en: 'For programs that call the routes under /v1: each with a key and scopes of its own. A key is shown only once.',
  },
  noKeys: { ro: 'Nu este nicio cheie.', en: 'There are no keys.' },
  newKey: { ro: 'Cheie nouă', en: 'New key' },
  keyName: { ro: 'Pentru ce program', en: 'For which program' },
  keyScopes: { ro: 'Drepturi', en: 'Scopes' },
  keyCreated: { ro: 'Făcută', en: 'Made' },
  keyUsed: { ro: 'Folosită ultima dată', en: 'Last used' },
  keyNever: { ro: 'niciodată', en: 'never' },
  keyRevoke: { ro: 'Revocă', en: 'Revoke' },
  keyRevoked: {
    ro: 'Cheia este revocată; nimeni nu mai intră cu ea.',
    en: 'The key is revoked; nobody gets in with it any more.',
  },
  keyGone: { ro: 'Această cheie nu mai există.', en: 'This key is there no more.' },
  keyMade: {
    ro: 'Cheia este făcută. Copiați-o acum în programul care o folosește.',
    en: 'The key is made. Copy it now into the program that uses it.',
  },
  keyIncomplete: {
    ro: 'Scrieți pentru ce program este cheia și bifați cel puțin un drept.',
    en: 'Write which program the key is for, and tick at least one scope.',
  },
  scopeNames: {
    ro: {
      read: 'citește tot',
      documents: 'emite, încasează, stornează',
      desk: 'reia și închide erori',
      settings: 'schimbă setări',
    },
    en: {
      read: 'read everything',
      documents: 'issue, collect, reverse',
      desk: 'replay and dismiss',
      settings: 'change settings',
    },
  },
}
