import type { Reason } from './causes.ts'

/** The shop's API answered, but not with orders. What a person does about it is in both languages. */
export class ShopApiError extends Error {
  override readonly name = 'ShopApiError'
  readonly reason: Reason
  /** Told to wait: ms from now. */
  readonly waitMs: number | undefined
  /** What the shop answered, in its own words; '' when it did not. */
  readonly said: string
  constructor(reason: Reason, waitMs?: number, options: ErrorOptions & { said?: string } = {}) {
    super(reason.en, options)
    this.reason = reason
    this.waitMs = waitMs
    this.said = options.said ?? ''
  }
}

const reasons = {
  unreachable: {
    ro: 'Magazinul nu răspunde la adresa din setări. Se încearcă din nou; dacă durează, verificați adresa și găzduirea.',
    en: 'The shop does not answer at the address in its settings. It is tried again; if it lasts, check the address and the hosting.',
  },
  'forbidden-address': {
    ro: 'Adresa API din setări nu este permisă: trebuie să înceapă cu https și să fie accesibilă public.',
    en: 'The API address in the settings is not allowed: it must begin with https and be reachable in public.',
  },
  throttled: {
    ro: 'API-ul magazinului limitează apelurile. Se continuă singur după pauza cerută.',
    en: "The shop's API limits the calls. It goes on by itself after the pause it asked for.",
  },
  login: {
    ro: 'API-ul magazinului refuză datele de acces. Verificați în setările magazinului cheia API și dreptul ei de a citi comenzi.',
    en: "The shop's API refuses the login. Check the API key in the shop's settings and its right to read orders.",
  },
  plan: {
    ro: 'Abonamentul magazinului a expirat, iar API-ul lui este oprit. Reînnoiți abonamentul.',
    en: "The shop's plan has expired and its API is off. Renew the plan.",
  },
  'wrong-address': {
    ro: 'La adresa din setări nu se află API-ul magazinului (404 sau redirecționare). Scrieți adresa exactă a magazinului, cu https.',
    en: "There is no shop API at the address in the settings (404 or a redirect). Enter the shop's exact address, with https.",
  },
  server: {
    ro: 'Magazinul răspunde cu o eroare de server. Se încearcă din nou; dacă durează, anunțați găzduirea.',
    en: 'The shop answers with a server error. It is tried again; if it lasts, tell the hosting company.',
  },
  'not-json': {
    ro: 'API-ul magazinului răspunde cu altceva decât date (de exemplu o pagină HTML). Verificați adresa și dacă un modul de securitate sau de întreținere blochează API-ul.',
    en: "The shop's API answers with something other than data (an HTML page, for example). Check the address, and whether a security or maintenance module blocks the API.",
  },
  refused: {
    ro: 'API-ul magazinului refuză cererea de comenzi. Verificați versiunea platformei (WooCommerce 5.8 sau mai nou).',
    en: "The shop's API refuses to list orders. Check the platform's version (WooCommerce 5.8 or newer).",
  },
  loops: {
    ro: 'Lista de comenzi din API-ul magazinului se repetă fără sfârșit. Dezactivați modulele care modifică API-ul (cache, securitate) și anunțați găzduirea.',
    en: "The list of orders in the shop's API repeats itself without end. Switch off the modules that change the API (cache, security) and tell the hosting company.",
  },
  'ignores-filter': {
    ro: 'API-ul magazinului nu ține seama de data modificării și trimite comenzi vechi. Actualizați platforma (WooCommerce 5.8 sau mai nou).',
    en: "The shop's API ignores the time of modification and sends old orders. Update the platform (WooCommerce 5.8 or newer).",
  },
} as const

export const shopApiError = (
  code: keyof typeof reasons,
  waitMs?: number,
  options?: ErrorOptions,
): ShopApiError =>
  new ShopApiError({ code: `shop-api-${code}`, field: 'api', ...reasons[code] }, waitMs, options)
