import type { App } from '../src/app.ts'
import { partsOfOrder } from '../src/core/ids.ts'
import { alsoDue, makeDocumentDue, rulingOn } from '../src/due-document.ts'
import { followUp } from '../src/follow-up.ts'
import type { Payload } from '../src/jobs.ts'

/**
 * News of an order or its documents: decides which document it should have now, and what should follow, and sees to it. Safe to
 * run any number of times.
 */
export async function routeOrder(
  { order: ref, account }: Payload<'route-order'>,
  app: App,
): Promise<string> {
  const { ledger } = app
  const known = await ledger.documents.order(account, ref)
  if (known === undefined) return 'the order is no longer kept'
  const shop = await ledger.registry.shop(partsOfOrder(ref).shop)
  if (shop === undefined) return 'the shop is no longer known'

  const ruling = await rulingOn(app, shop, known)
  if (ruling.kind === 'due') await makeDocumentDue(app, shop, { ref, ...known }, ruling)
  for (const also of await alsoDue(app, shop, { ref, ...known }))
    await makeDocumentDue(app, shop, { ref, ...known }, also)
  await followUp(app, account, { ref, ...known }, shop)
  const state = await ledger.documents.routed(account, ref, known.version, ruling)
  return state === 'newer' ? 'newer news came meanwhile' : `${ruling.kind}: ${ruling.rule}`
}
