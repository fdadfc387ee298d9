/** Texts of what people and shops were told of an order's documents; merged into `texts.ts`. */
export const announcementTexts = {
  announced: { ro: 'E-mail, magazin, anunțuri', en: 'E-mail, shop, notices' },
  sendEmail: { ro: 'Trimite prin e-mail', en: 'Send by e-mail' },
  sendEmailAgain: { ro: 'Trimite din nou prin e-mail', en: 'Send by e-mail again' },
  emailAsked: { ro: 'E-mailul pleacă acum.', en: 'The e-mail is on its way.' },
  emailUnderWay: {
    ro: 'Un e-mail cu acest document este deja pe drum.',
    en: 'An e-mail with this document is on its way already.',
  },
  noEmailBecause: { ro: 'Fără e-mail automat', en: 'No e-mail by itself' },
  triedAgainAt: {
    ro: (when: string) => `Nu a reușit încă; se încearcă din nou la ${when}.`,
    en: (when: string) => `It has not worked yet; it is tried again at ${when}.`,
  },
  noticeOf: {
    ro: {
      'document.issued': 'document emis',
      'document.paid': 'document plătit',
      'document.reversed': 'document stornat sau anulat',
      'order.held': 'comandă reținută',
      'order.dead': 'document refuzat',
    },
    en: {
      'document.issued': 'document issued',
      'document.paid': 'document paid',
      'document.reversed': 'document reversed or cancelled',
      'order.held': 'order held',
      'order.dead': 'document refused',
    },
  },
} as const
