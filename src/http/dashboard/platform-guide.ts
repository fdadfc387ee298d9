import type { PlatformName } from '../../core/settings.ts'
import type { Lang } from './words.ts'

/** Whose secret proves a delivery: one that is made here, or one that the platform makes. */
export const secretIsOurs = (platform: PlatformName): boolean =>
  platform === 'generic' || platform === 'woocommerce'

/** Stands in for the platform's own secret until somebody enters it; nobody can prove anything with it. */
export const placeholder = (random: string): string => `${UNSET}${random}`
export const isPlaceholder = (secret: string): boolean => secret.startsWith(UNSET)
const UNSET = 'unset-'

/** What to do in each platform, step by step, and what is worth knowing about it. */
export const platformGuide: Record<
  PlatformName,
  Record<Lang, { steps: string[]; note: string }>
> = {
  generic: {
    ro: {
      steps: [
        'Trimiteți fiecare comandă nouă sau schimbată cu POST, ca JSON, la adresa de mai sus, cu antetul „Authorization: Bearer ‹secretul›”.',
        'Un răspuns 202 înseamnă că este păstrată. La 5xx, 429 sau fără răspuns trimiteți-o din nou: repetarea nu face un al doilea document.',
        'Forma unei comenzi, cu toate câmpurile, este descrisă la /docs.',
      ],
      note: 'Puneți „id” și „updatedAt” ale comenzii exact ca în magazin: după ele se recunosc repetările și știrile mai noi.',
    },
    en: {
      steps: [
        'POST every new or changed order as JSON to the address above, with the header "Authorization: Bearer ‹secret›".',
        'A 202 means that it is kept. After 5xx, 429 or no answer send it again: a repeat makes no second document.',
        'The shape of an order with all its fields is described at /docs.',
      ],
      note: 'Give "id" and "updatedAt" of the order exactly as the shop has them: repeats and newer news are recognised by them.',
    },
  },
  woocommerce: {
    ro: {
      steps: [
        'În WordPress deschideți WooCommerce → Settings → Advanced → Webhooks și apăsați „Add webhook”.',
        'Status: Active. Topic: „Order created”. Delivery URL: adresa de mai sus. Secret: secretul de mai sus. API version: WP REST API Integration v3. Salvați.',
        'Faceți încă unul la fel, cu topic „Order updated”: el anunță plata și expedierea.',
      ],
      note: 'WooCommerce nu repetă un webhook care n-a ajuns. De aceea adăugați și datele API pe pagina „Conexiunea” a magazinului: comenzile pierdute se găsesc singure.',
    },
    en: {
      steps: [
        'In WordPress open WooCommerce → Settings → Advanced → Webhooks and press "Add webhook".',
        'Status: Active. Topic: "Order created". Delivery URL: the address above. Secret: the secret above. API version: WP REST API Integration v3. Save it.',
        'Make another one like it with the topic "Order updated": it tells of payment and shipping.',
      ],
      note: 'WooCommerce does not repeat a webhook that did not arrive. Add the API login on the page "Connection" of the shop as well: lost orders are then found without it.',
    },
  },
  shopify: {
    ro: {
      steps: [
        'În administrarea Shopify deschideți Settings → Notifications → Webhooks.',
        'Cu „Create webhook”, formatul JSON și adresa de mai sus faceți câte unul pentru: Order creation, Order payment, Order update, Order cancellation.',
        'Sub listă Shopify arată secretul cu care semnează toate webhookurile („signed with …”). Copiați-l în câmpul de mai jos.',
      ],
      note: 'Fiecare mesaj este verificat după semnătura HMAC din X-Shopify-Hmac-Sha256. Dacă webhookurile le face o aplicație proprie, secretul este „client secret” al aplicației.',
    },
    en: {
      steps: [
        'In the Shopify admin open Settings → Notifications → Webhooks.',
        'With "Create webhook", format JSON and the address above make one for each of: Order creation, Order payment, Order update, Order cancellation.',
        'Below the list Shopify shows the secret that signs all of them ("signed with …"). Copy it into the field below.',
      ],
      note: 'Every message is checked by its HMAC signature in X-Shopify-Hmac-Sha256. If an app of your own makes the webhooks, the secret is the "client secret" of that app.',
    },
  },
  cloudcart: {
    ro: {
      steps: [
        'În CloudCart faceți o cheie API numai pentru această legătură (Settings → API keys) și copiați-o în câmpul de mai jos: CloudCart o trimite la fiecare mesaj, în antetul X-CloudCart-ApiKey.',
        'Deschideți Settings → Webhooks și adăugați un webhook pentru evenimentul order.created: adresa de mai sus, cheia de la primul pas, varianta nouă a structurii.',
        'Adăugați încă unul la fel pentru order.updated. Dacă vreți, puneți la fiecare antetul X-Event cu numele evenimentului.',
        'Opriți aplicația SmartBill a CloudCart, dacă este instalată: altfel comenzile ar primi două facturi.',
      ],
      note: 'Când o plată cu cardul este confirmată, CloudCart nu trimite niciun mesaj. De aceea adăugați aceeași cheie și la „API-ul magazinului”, pe pagina „Conexiunea”: comenzile plătite se găsesc la două minute.',
    },
    en: {
      steps: [
        'In CloudCart make an API key for this connection alone (Settings → API keys) and copy it into the field below: CloudCart sends it with every message, in the header X-CloudCart-ApiKey.',
        'Open Settings → Webhooks and add a webhook for the event order.created: the address above, the key of the first step, the new structure.',
        'Add another one like it for order.updated. If you like, give each the header X-Event with the name of its event.',
        'Switch off the SmartBill app of CloudCart if it is installed: orders would get two invoices.',
      ],
      note: 'CloudCart sends no message when a card payment is confirmed. Enter the same key under "The shop\'s API" on the page "Connection" as well: paid orders are then found within two minutes.',
    },
  },
}

/** One paid order as a shop of our own shape sends it. */
export const sampleOrder = (at: Date) => {
  const id = `PROBA-${Math.floor(at.getTime() / 1000)}`
  return {
    id,
    number: id,
    status: 'paid',
    paymentStatus: 'paid',
    paymentMethod: 'card',
    currency: 'RON',
    createdAt: at.toISOString(),
    updatedAt: at.toISOString(),
    pricesIncludeVat: true,
    customer: { name: 'Ion Popescu', email: 'ion@exemplu.test' },
    billing: { line1: 'Str. Lungă 1', city: 'Brașov', county: 'Brașov', country: 'RO' },
    lines: [
      {
        sku: 'TRI-BBC',
        name: 'Tricou din bumbac',
        quantity: '2',
        unitPrice: '60.50',
        vatRate: '21',
      },
    ],
    shippingLines: [{ name: 'Transport', price: '15.00', vatRate: '21' }],
    total: '136.00',
    payments: [{ method: 'card', amount: '136.00' }],
  }
}

/** A command to paste into a terminal. */
export const curlOf = (address: string, secret: string, at: Date): string =>
  [
    `curl -sS ${address} \\`,
    `  -H 'Authorization: Bearer ${secret}' -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(sampleOrder(at))}'`,
  ].join('\n')
