import { z } from 'zod'
import { shopApiError, type ShopApiError } from '../core/shop-api-errors.ts'

export const SHOPIFY_VERSION = '2026-07'
const THROTTLED_MS = 2000

const Errors = z.array(
  z.looseObject({
    message: z.string().default(''),
    extensions: z.looseObject({ code: z.string().default('') }).optional(),
  }),
)

/** The data of a GraphQL answer, which tells of its troubles with status 200. */
export function answered<T>(
  value: unknown,
  shape: z.ZodType<T>,
  refused: (said: string) => ShopApiError,
): T {
  const body = z.looseObject({ data: z.unknown(), errors: Errors.optional() }).safeParse(value)
  if (!body.success) throw shopApiError('not-json')
  const { errors = [] } = body.data
  const codes = errors.map(({ extensions }) => extensions?.code ?? '')
  if (codes.includes('THROTTLED')) throw shopApiError('throttled', THROTTLED_MS)
  if (codes.includes('ACCESS_DENIED')) throw shopApiError('login')
  if (errors.length > 0) throw refused(errors.map(({ message }) => message).join(' '))
  const data = shape.safeParse(body.data.data)
  if (!data.success) throw shopApiError('not-json')
  return data.data
}
