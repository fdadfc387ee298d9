import type { z } from 'zod'
import type { ConfigFile } from '../../src/core/settings.ts'

/** One invented company with one shop of the generic kind. */
export const sandboxConfig = (secret: string): z.input<typeof ConfigFile> => ({
  accounts: [
    { id: 'sandbox', email: 'sandbox@exemplu.test', token: '003|sandbox', cif: 'RO12345674' },
  ],
  shops: [
    {
      id: 'sandbox-shop',
      account: 'sandbox',
      platform: 'generic',
      secret,
      settings: { enabled: true, document: 'invoice', series: 'FCT' },
    },
  ],
})

const order = (now: Date) => ({
  id: '1001',
  number: '1001',
  status: 'paid',
  paymentStatus: 'paid',
  paymentMethod: 'card',
  currency: 'RON',
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  pricesIncludeVat: true,
  customer: { name: 'Ștefan Țepeluș', email: 'stefan@exemplu.test' },
  billing: { line1: 'Str. Lungă 1', city: 'Brașov', county: 'Brașov', country: 'RO' },
  lines: [
    { sku: 'TRI-BBC', name: 'Tricou din bumbac', quantity: '2', unitPrice: '60.50', vatRate: '21' },
  ],
  shippingLines: [{ name: 'Transport', price: '15.00', vatRate: '21' }],
  total: '136.00',
  payments: [{ method: 'card', amount: '136.00' }],
})

/** Commands to paste into another terminal: post an order, look at it. */
export function tryIt(about: {
  url: string
  secret: string
  secretsFile: string | undefined
  simulator: string
  now: Date
}): string {
  const { url, secret, secretsFile, simulator, now } = about
  const key =
    secretsFile === undefined
      ? '$RELAY_API_KEY'
      : `$(sed -n 's/^RELAY_API_KEY=//p' '${secretsFile}')`
  return `
  ┌───────────────────────────────────────────────────────────────────────────┐
  │ SANDBOX: nothing here is fiscal. No SmartBill account is configured, so a │
  │ simulator takes SmartBill's place, and all of this is forgotten at the    │
  │ end. The real thing: npm start -- --real, then set it up on the dashboard.│
  └───────────────────────────────────────────────────────────────────────────┘

Post an order:

curl -sS ${url}/v1/shops/sandbox-shop/orders \\
  -H 'Authorization: Bearer ${secret}' -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(order(now))}'

See what became of it:

curl -sS ${url}/v1/shops/sandbox-shop/orders/1001 -H "Authorization: Bearer ${key}"

API documentation: ${url}/docs     What SmartBill has issued: ${simulator}/__simulator/documents?brief
`
}
