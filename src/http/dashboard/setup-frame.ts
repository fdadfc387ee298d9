import { html, type Html } from './html.ts'
import { page, to, type Page, type Visit } from './route.ts'

export const steps = ['account', 'shop', 'document', 'when', 'lists', 'connect', 'first'] as const
export type Step = (typeof steps)[number]

export const accountStep = (account: string): string => to(['setup', 'account', account])
export const shopStep = (shop: string, step: Step): string => to(['setup', 'shop', shop, step])

type Known = { account?: string; shop?: string; wrong?: boolean }

/** The address of a step, as far as what it is about exists already. */
function addressOf(step: Step, { account, shop }: Known): string | undefined {
  if (step === 'account') return '/setup/account'
  if (step === 'shop') return account === undefined ? undefined : accountStep(account)
  return shop === undefined ? undefined : shopStep(shop, step)
}

/** One step of the setup, below the list of all of them. */
export function frame(visit: Visit, step: Step, body: Html, known: Known = {}): Page {
  const { t } = visit
  const here = steps.indexOf(step)
  return page(
    'shops',
    `${t.setup}: ${t.setupSteps[step]}`,
    html`<p class="crumbs"><a href="/setup">${t.setup}</a></p>
      <ol class="progress">
        ${steps.map((name, i) => {
          const href = addressOf(name, known)
          const label = t.setupSteps[name]
          return html`<li
            class="${i < here ? 'done' : ''}"
            ${i === here && html`aria-current="step"`}
          >
            ${href === undefined || i === here ? html`<span>${label}</span>` : html`<a href="${href}">${label}</a>`}
          </li>`
        })}
      </ol>
      <h1>
        <span class="hint">${t.setupStep(here + 1, steps.length)}</span><br />${t.setupSteps[step]}
      </h1>
      <section class="card setup">${body}</section>`,
    known.wrong === true ? { status: 400 } : {},
  )
}

/** The way on and the way back. */
export const next = (label: string, back: string, t: Visit['t']): Html =>
  html`<div class="actions">
    <button class="primary">${label}</button>
    <a class="button" href="${back}">${t.setupBack}</a>
  </div>`
