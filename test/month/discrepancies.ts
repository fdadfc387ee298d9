import { documentKey, orderRef, type DocumentKey } from '../../src/core/ids.ts'
import type { Finding } from '../../src/core/reconciliation.ts'
import { addDays, civilDate } from '../../src/core/time.ts'
import { reconcileDay } from '../../src/reconciling/day.ts'
import type { LedgerDocument } from '../../src/ledger/documents.ts'
import type { Story } from './orders.ts'
import { START } from './month.ts'
import { ACCOUNT, CIF, type World } from './world.ts'

/** Everything that the reconciliation finds on any day of the month, SmartBill asked; each thing once. */
export async function reconcileAll(world: World): Promise<Finding[]> {
  const found = new Map<string, Finding>()
  const last = civilDate(world.now())
  for (const shop of Object.values(world.shops))
    for (let day = civilDate(START); day <= last; day = addDays(day, 1)) {
      const result = await reconcileDay(world.app, shop, day, { form: 'smartbill' })
      for (const finding of result?.findings ?? []) found.set(finding.id, finding)
    }
  return [...found.values()]
}

type Standing = { story: Story; key: DocumentKey; document: LedgerDocument }

/** Ten things go wrong by hand, at SmartBill and in the shops; answers the ids of what must be found. */
export async function plant(world: World, stories: readonly Story[]): Promise<string[]> {
  const { simulator, app, shops } = world
  const calm = stories.filter(({ after }) => after === 'nothing')
  const taken = new Set<string>()
  async function next(fits: (one: Standing) => boolean): Promise<Standing> {
    for (const story of calm) {
      if (taken.has(story.id)) continue
      const ref = orderRef(story.shop, story.id)
      const key = documentKey(ref, 'invoice', 1)
      const document = await app.ledger.documents.get(ACCOUNT, key)
      if (document?.state !== 'issued') continue
      const one = { story, key, document }
      if (!fits(one)) continue
      taken.add(story.id)
      return one
    }
    throw new Error('no order of the month fits')
  }
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(simulator.url + path, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from('a@acme.example:003|abc').toString('base64')}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  }
  const query = ({ document }: Standing) =>
    `?cif=${CIF}&seriesname=${document.series}&number=${document.number}`
  const onWeb = ({ story }: Standing) => story.shop === 'web'
  /** An invoice that nobody has paid: ready, on its way, or not settled yet. */
  async function unpaid(id: string): Promise<Standing> {
    const [like] = calm.filter(({ shop, kind }) => shop === 'web' && kind === 'transfer')
    const order = like?.told[0]?.order
    if (order === undefined) throw new Error('no transfer in the month')
    const at = new Date(world.now()).toISOString()
    await world.tell('web', { ...order, id, number: id, tags: [], createdAt: at, updatedAt: at })
    await world.drive()
    const key = documentKey(orderRef('web', id), 'invoice', 1)
    const document = await app.ledger.documents.get(ACCOUNT, key)
    if (document?.state !== 'issued' || like === undefined) throw new Error(`${id} was not issued`)
    return { story: like, key, document }
  }

  const cancelled = await next(onWeb)
  await call('PUT', `/invoice/cancel${query(cancelled)}`)

  const foreign = simulator.issueAsOther(CIF, 'FCT')

  const twice = await unpaid('9001')
  for (let time = 0; time < 2; time++)
    await call('POST', '/payment', {
      companyVatCode: CIF,
      useInvoiceDetails: true,
      value: 1,
      type: 'Ordin plata',
      isCash: false,
      invoicesList: [{ seriesName: twice.document.series, number: twice.document.number }],
    })

  const deleted = await next(({ story }) => story.kind === 'transfer' && story.shop === 'web')
  await call(
    'DELETE',
    `/payment/v2?cif=${CIF}&paymentType=Ordin%20plata&invoiceSeries=${deleted.document.series}&invoiceNumber=${deleted.document.number}`,
  )

  const copied = await next(onWeb)
  simulator.issueAsOther(CIF, 'FCT', `Copie. Ref ${app.markerOf(copied.key)}`)

  const raised = await next(onWeb)
  simulator.raiseAsOther(CIF, raised.document.series, raised.document.number)

  const refunded = await next(({ story }) => story.kind === 'card' && story.shop === 'web')
  const last = refunded.story.told.at(-1)?.order
  if (last === undefined) throw new Error('nothing was told')
  await world.tell('web', {
    ...last,
    updatedAt: new Date(world.now()).toISOString(),
    paymentStatus: 'partially_refunded',
    refunds: [{ id: 'lost', amount: '1.00', at: new Date(world.now()).toISOString() }],
  })
  // The correction is proposed, and a person says no by mistake.
  await app.ledger.registry.load({
    accounts: [],
    shops: [{ ...shops.web, settings: { ...shops.web.settings, onRefund: 'propose' } }],
  })
  await world.drive()
  const { acts } = await app.ledger.acts.ofOrder(ACCOUNT, orderRef('web', refunded.story.id))
  for (const { key, state } of acts)
    if (state === 'proposed') await app.ledger.acts.dismiss(ACCOUNT, key, 'Ana', 'by mistake')

  const reversed = await unpaid('9002')
  await call('POST', '/invoice/reverse', {
    companyVatCode: CIF,
    seriesName: reversed.document.series,
    number: reversed.document.number,
  })

  const gone = { ...calm.find(({ kind }) => kind === 'card')?.told[0]?.order }
  const at = new Date(world.now()).toISOString()
  if (gone.lines === undefined) throw new Error('no card order in the month')
  await world.tell('b2b', {
    ...(gone as Parameters<World['tell']>[1]),
    id: '9003',
    number: '9003',
    tags: [],
    createdAt: at,
    updatedAt: at,
  })
  await world.drive()
  simulator.deleteLastAsOther(CIF, 'FCB')

  world.listed.push(wooOrder(world.now()))
  // A quarter of an hour later nothing of this is on its way any more.
  world.moveTo(world.now() + 3_600_000)
  const web = (id: string) => orderRef('web', id)
  return [
    `cancelled-at-smartbill ${cancelled.key}`,
    `foreign-number FCT ${foreign?.number ?? ''}`,
    `paid-changed ${twice.key}`,
    `paid-changed ${deleted.key}`,
    `double ${copied.key}`,
    `total-changed ${raised.key}`,
    `refund-open ${web(refunded.story.id)}`,
    `reversed-at-smartbill ${reversed.key}`,
    `gone ${documentKey(orderRef('b2b', '9003'), 'invoice', 1)}`,
    'missing 7777',
  ]
}

/** An order that the shop placed and never told. */
function wooOrder(now: number): object {
  const gmt = new Date(now).toISOString().slice(0, 19)
  return {
    id: 7777,
    number: '7777',
    status: 'processing',
    currency: 'RON',
    prices_include_tax: true,
    date_created_gmt: gmt,
    date_modified_gmt: gmt,
    date_modified: gmt,
    date_paid_gmt: gmt,
    discount_total: '0.00',
    discount_tax: '0.00',
    shipping_total: '0.00',
    shipping_tax: '0.00',
    cart_tax: '17.36',
    total: '100.00',
    total_tax: '17.36',
    customer_id: 0,
    payment_method: 'stripe',
    payment_method_title: 'Card',
    transaction_id: 'ch_7777',
    billing: {
      first_name: 'Ana',
      last_name: 'Pop',
      company: '',
      address_1: 'Str. Mica 2',
      address_2: '',
      city: 'Cluj-Napoca',
      state: 'CJ',
      postcode: '400001',
      country: 'RO',
      email: 'ana@example.ro',
      phone: '0722000000',
    },
    shipping: {},
    meta_data: [],
    line_items: [
      {
        id: 1,
        name: 'Tricou',
        sku: 'TS-1',
        product_id: 5,
        variation_id: 0,
        quantity: 1,
        subtotal: '82.64',
        subtotal_tax: '17.36',
        total: '82.64',
        total_tax: '17.36',
        taxes: [{ id: 1, total: '17.36', subtotal: '17.36' }],
        meta_data: [],
      },
    ],
    tax_lines: [
      { id: 1, rate_id: 1, rate_percent: 21, tax_total: '17.36', shipping_tax_total: '0.00' },
    ],
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
  }
}
