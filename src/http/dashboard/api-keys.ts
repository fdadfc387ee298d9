import { apiScopes, type ApiScope } from '../../core/api-scopes.ts'
import { choice, textField } from './form.ts'
import { html } from './html.ts'
import { go, page, to, type Page, type Route, type Visit } from './route.ts'
import { chip, when } from './states.ts'
import { tableHead } from './table.ts'

export const apiKeyPages = (): Route[] => [
  { method: 'GET', path: '/api-keys', access: 'admin', show: (visit) => list(visit) },
  {
    method: 'POST',
    path: '/api-keys',
    access: 'admin',
    async act(visit) {
      const { app, form, t, session } = visit
      const name = form.one('name').trim().slice(0, 100)
      const scopes = apiScopes.filter((scope) => form.all('scopes').includes(scope))
      if (name === '' || scopes.length === 0) return list(visit, t.keyIncomplete)
      const { key, id } = await app.ledger.apiKeys.create(name, scopes, session?.user ?? '')
      return go('/api-keys', {
        notice: { tone: 'good', text: t.keyMade, secrets: [{ label: name, value: key }] },
        audit: [{ did: 'api-key-create', about: `${name} (${id})`, after: { scopes } }],
      })
    },
  },
  {
    method: 'POST',
    path: '/api-keys/:id/revoke',
    access: 'admin',
    async act({ app, params, t }) {
      const id = params['id'] ?? ''
      const revoked = await app.ledger.apiKeys.revoke(id)
      return go('/api-keys', {
        notice: { tone: revoked ? 'good' : 'bad', text: revoked ? t.keyRevoked : t.keyGone },
        audit: revoked ? [{ did: 'api-key-revoke', about: id }] : [],
      })
    },
  },
]

async function list(visit: Visit, problem?: string): Promise<Page> {
  const { app, t, words, now, guard, form } = visit
  const keys = await app.ledger.apiKeys.list()
  const chosen = (scope: ApiScope) => form.all('scopes').includes(scope)
  return page(
    'api-keys',
    t.apiKeys,
    html`<h1>${t.apiKeys}</h1>
      <p class="lead">${t.apiKeysLead}</p>
      ${problem !== undefined && html`<p class="notice bad" role="alert">${problem}</p>`}
      ${
        keys.length === 0
          ? html`<p class="empty">${t.noKeys}</p>`
          : html`<table class="list">
              ${tableHead(t.keyName, t.keyScopes, t.keyCreated, t.keyUsed, html`<th scope="col"><span class="unseen">${t.keyRevoke}</span></th>`)}
              <tbody>
                ${keys.map(
                  (key) =>
                    html`<tr>
                      <td data-label="${t.keyName}">
                        <strong>${key.name}</strong> <code>${key.id}</code>
                      </td>
                      <td data-label="${t.keyScopes}">
                        ${key.scopes.map((scope) => chip('calm', t.scopeNames[scope]))}
                      </td>
                      <td data-label="${t.keyCreated}">
                        ${when(words, key.createdAt, now)} · ${key.createdBy}
                      </td>
                      <td data-label="${t.keyUsed}">
                        ${key.usedAt === 0 ? t.keyNever : when(words, key.usedAt, now)}
                      </td>
                      <td>
                        <form method="post" action="${to(['api-keys', key.id, 'revoke'])}">
                          ${guard}<button class="small quiet">${t.keyRevoke}</button>
                        </form>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <section class="card">
        <h2>${t.newKey}</h2>
        <form method="post" action="/api-keys" class="stack">
          ${guard}
          ${textField({ name: 'name', label: t.keyName, value: form.one('name'), required: true, max: 100, placeholder: 'ERP' })}
          <fieldset>
            <legend>${t.keyScopes}</legend>
            ${apiScopes.map((scope) =>
              choice(
                { type: 'checkbox', name: 'scopes', value: scope, on: chosen(scope) },
                t.scopeNames[scope],
              ),
            )}
          </fieldset>
          <button>${t.newKey}</button>
        </form>
      </section>`,
  )
}
