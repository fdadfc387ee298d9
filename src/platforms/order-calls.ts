import { parseJson } from '../core/json.ts'
import { ShopApiError } from '../core/shop-api-errors.ts'
import { askJson } from './listing.ts'
import type { Send } from './posting.ts'
import { isRow, nameOf } from './wire.ts'

/**
 * One call about one order, its answer as data. Throws ShopApiError: what passes by itself as for every call to a shop,
 * a refusal in the shop's own words.
 */
export async function callShop(
  send: Send,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  url: string,
  headers: Record<string, string>,
  body?: object,
): Promise<unknown> {
  let last: Awaited<ReturnType<Send>> | undefined
  try {
    const { value } = await askJson(
      async (url, headers) => {
        last = await send({
          method,
          url,
          headers:
            body === undefined ? headers : { 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
        return last
      },
      url,
      headers,
    )
    return value
  } catch (error) {
    if (last === undefined) throw error
    const { status, text } = last
    const words = wordsIn(text)
    const said = words === NOTHING ? `HTTP ${status}` : `HTTP ${status}: ${words}`
    if (status === 401 || status === 403) throw noRight(error, said)
    if (status === 404) throw noOrder(error, said)
    if (status === 400 || status === 409 || status === 422) throw refusedBy(words, error)
    if (!(error instanceof ShopApiError)) throw error
    throw new ShopApiError(error.reason, error.waitMs, { cause: error, said })
  }
}

const noRight = (cause: unknown, said: string): ShopApiError =>
  new ShopApiError(
    {
      code: 'shop-api-no-write',
      field: 'api',
      ro: 'API-ul magazinului nu ne lasă să scriem pe comandă. Dați cheii API și dreptul de a modifica comenzi, apoi reluați.',
      en: "The shop's API does not let us write on the order. Give the API key the right to change orders too, then replay.",
    },
    undefined,
    { cause, said },
  )

export const noOrder = (cause?: unknown, said = ''): ShopApiError =>
  new ShopApiError(
    {
      code: 'shop-api-no-order',
      field: 'api',
      ro: 'Magazinul nu are această comandă la adresa din setări. Dacă a fost ștearsă, renunțați; altfel corectați adresa API, apoi reluați.',
      en: "The shop has no such order at the address in its settings. If it was deleted, dismiss this; otherwise correct the API's address, then replay.",
    },
    undefined,
    { cause, said },
  )

/** The shop understood and said no; its words say what to change there. */
export const refusedBy = (said: string, cause?: unknown): ShopApiError =>
  new ShopApiError(
    {
      code: 'shop-api-write-refused',
      field: 'api',
      ro: `Magazinul nu a primit numărul documentului („${said}”). Corectați acolo ce cere mesajul, apoi reluați.`,
      en: `The shop did not take the number of the document ("${said}"). Correct there what the message asks for, then replay.`,
    },
    undefined,
    { cause, said },
  )

const NOTHING = '–'

/** What an error says, without HTML: `message`, or the details of `errors`. */
function wordsIn(text: string): string {
  let said: unknown
  try {
    const body = parseJson(text)
    if (isRow(body)) {
      const { errors } = body
      said = Array.isArray(errors)
        ? errors.map((row) => (isRow(row) ? row['detail'] || row['title'] : row)).join(' ')
        : body['message'] || errors
    }
  } catch {
    said = text
  }
  const plain = typeof said === 'string' ? said : JSON.stringify(said ?? text)
  return nameOf(plain.replaceAll(/<[^>]*>/g, ' ')).slice(0, 200) || NOTHING
}
