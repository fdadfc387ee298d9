import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { z } from 'zod'
import type { App } from '../app.ts'
import type { Shop } from '../core/settings.ts'
import { CliError, exitCodes, messageOf } from './cli.ts'

/** The shop that a command names. */
export async function shopNamed({ ledger }: Pick<App, 'ledger'>, name: string): Promise<Shop> {
  const shop = await ledger.registry.shopNamed(name)
  if (shop !== undefined) return shop
  const known = (await ledger.registry.shops()).map(({ id }) => id).join(', ')
  throw new CliError(`There is no shop "${name}" (known: ${known || 'none'}).`, exitCodes.usage)
}

export const noOrder = (shop: string, order: string) =>
  new CliError(
    `Shop "${shop}" has no order "${order}". "relay accounts list" names the shops.`,
    exitCodes.problems,
  )

/** What was typed, read by its shape; every field that is wrong is named, with `sign` before it. */
export function readAs<Shape extends z.ZodType>(
  shape: Shape,
  typed: unknown,
  sign: '' | '--' = '',
): z.output<Shape> {
  const read = shape.safeParse(typed)
  if (read.success) return read.data
  throw new CliError(
    read.error.issues.map(({ path, message }) => `${sign}${path.join('.')}: ${message}`).join('\n'),
    exitCodes.usage,
  )
}

/** What a file says, or with `-` standard input. */
export async function sourceOf(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  try {
    return file === '-' ? await text(stdin) : await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}`, exitCodes.usage, {
      cause: error,
    })
  }
}
