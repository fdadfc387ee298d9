import type { App } from '../src/app.ts'
import { askAhead } from '../src/company-facts.ts'
import { documentKey, partsOfOrder } from '../src/core/ids.ts'
import { rule } from '../src/core/rules.ts'
import { followUp } from '../src/follow-up.ts'
import type { Payload } from '../src/jobs.ts'

type Needs = Pick<App, 'ledger' | 'queues' | 'registers' | 'now' | 'enqueueDocument' | 'enqueueAct'>

/**
 * News of an order or its documents: decides which document it should have now, and what should follow, and sees to it. Safe to
 * run any number of times.
 */
export async function routeOrder(
  { order: ref, account }: Payload<'route-order'>,
  app: Needs,
): Promise<string> {
  const { ledger, queues, enqueueDocument } = app
  const known = await ledger.documents.order(account, ref)
  if (known === undefined) return 'the order is no longer kept'
  const shop = await ledger.registry.shop(partsOfOrder(ref).shop)
  if (shop === undefined) return 'the shop is no longer known'

  const ruling = rule(known.order, shop.settings, false)
  if (ruling.kind === 'due') {
    await askAhead(app, known.order, shop.settings)
    const key = documentKey(ref, ruling.document, 1)
    const made = await ledger.documents.makeDue(
      account,
      key,
      'rules',
      { rule: ruling.rule },
      known.version,
    )
    // A document that was due before has its job, unless its worker died between these two steps.
    if (
      made.state === 'due' &&
      (made.status === 'due' || !(await queues.hasWork(account, key, made.generation)))
    ) {
      await enqueueDocument('issue-document', account, key, made.generation, ruling.delayMs)
    }
  }
  await followUp(app, account, { ref, ...known }, shop.settings)
  const state = await ledger.documents.routed(account, ref, known.version, ruling)
  return state === 'newer' ? 'newer news came meanwhile' : `${ruling.kind}: ${ruling.rule}`
}
