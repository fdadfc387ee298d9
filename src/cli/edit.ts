import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { orderRef, partsOf, type DocumentKey } from '../core/ids.ts'
import { leavesOf, mergePatch, patchBetween, withValue } from '../core/merge-patch.ts'
import type { Order } from '../core/order.ts'
import { withFields } from '../core/order-fields.ts'
import { correctable, Edit, editOrder, refusals } from '../dead-letters/edit-order.ts'
import { documentKeyIn } from '../dead-letters/finding.ts'
import { CliError, exitCodes, messageOf, table, type Cli } from './cli.ts'
import { readAs, sourceOf } from './given.ts'

type Options = {
  set?: string[]
  unset?: string[]
  patch?: string
  editor?: true
  document?: string
  reason: string
  who: string
}

const several = (value: string, all: string[] = []): string[] => [...all, value]

const withOptions = (command: Command): Command =>
  command
    .option('--set <path=value>', 'a field and its new value; may come several times', several)
    .option('--unset <path>', 'a field or an entry of a list to remove', several)
    .option('--patch <file>', 'a JSON merge patch from a file, or - for stdin')
    .option('--editor', 'open the whole order in $EDITOR')
    .requiredOption('--reason <text>', 'why; it stays in the timeline')
    .option('--who <name>', 'who corrects it', 'command line')

const examples = (command: string) => `
The corrected order is checked as if the shop had sent it; then its document goes on by itself.

Examples:
  relay ${command} --set lines.0.sku=TS-1 --reason "the code was missing"
  relay ${command} --set customer.cif=RO14399840 --set customer.kind=company --reason "mail of the buyer"
  relay ${command} --editor --reason "address completed"`

/** `relay order edit SHOP ORDER` */
export function addEdit(order: Command, cli: Cli): void {
  withOptions(order.command('edit').arguments('<shop> <order>'))
    .description('correct the data of an order whose document failed or is held, and go on')
    .option('--document <key>', 'which one, if several of the order wait')
    .addHelpText('after', examples('order edit acme-web 1001'))
    .action(async (shopId: string, id: string, options: Options) => {
      await cli.withApp(async (app) => {
        const known = await app.ledger.registry.shopNamed(shopId)
        const keys = known === undefined ? [] : await correctable(app, known, orderRef(shopId, id))
        const [key] = keys.filter((one) => one === (options.document ?? one))
        if (keys.length > 1 && options.document === undefined)
          throw new CliError(
            `Several documents wait; say which with --document: ${keys.join(', ')}`,
            exitCodes.usage,
          )
        if (key === undefined) throw new CliError(refusals['not-dead'].en, exitCodes.problems)
        await edit(cli, app, key, options)
      })
    })
}

/** `relay dead-letters edit KEY` */
export function editDeadLetter(letters: Command, cli: Cli): void {
  withOptions(letters.command('edit').argument('<id>', 'a document key, as "list" shows it'))
    .description("correct the data of a dead letter's order and replay it")
    .addHelpText('after', examples("dead-letters edit 'acme-web~1001~invoice~1'"))
    .action(async (id: string, options: Options) => {
      const key = documentKeyIn(id)
      if (key === undefined)
        throw new CliError(`"${id}" is no document key like "acme-web~1001~invoice~1".`, 2)
      await cli.withApp((app) => edit(cli, app, key, options))
    })
}

async function edit(cli: Cli, app: App, key: DocumentKey, options: Options): Promise<void> {
  const { shop: shopId, order: ref } = partsOf(key)
  const shop = await app.ledger.registry.shop(shopId)
  const known = shop === undefined ? undefined : await app.ledger.documents.order(shop.account, ref)
  if (known === undefined) throw new CliError(refusals['order-missing'].en, exitCodes.problems)
  const patch = patchBetween(known.order, await edited(cli, known.order, options))
  const { who, reason } = options
  const asked = readAs(Edit, { id: key, patch, who, reason, version: known.version })
  const result = await editOrder(app, asked)
  switch (result.status) {
    case 'replayed': {
      const before = leavesOf(result.before)
      const after = leavesOf(result.after)
      const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
      cli.print({ key, before, after }, () => [
        ...table(changed.map((path) => [path, `${shown(before[path])} → ${shown(after[path])}`])),
        `${key} goes on with the corrected order`,
      ])
      return
    }
    case 'invalid':
      throw new CliError(result.reasons.map(({ en }) => en).join('\n'), exitCodes.problems)
    case 'not-dead':
    case 'order-missing':
    case 'unclear':
    case 'newer':
      throw new CliError(refusals[result.status].en, exitCodes.problems)
  }
}

const shown = (value: unknown): string => JSON.stringify(value ?? null)

/** The order as the options say, or as it comes back from the editor. */
async function edited(cli: Cli, order: Order, options: Options): Promise<unknown> {
  const { set = [], unset = [], patch, editor } = options
  const ways = [set.length + unset.length > 0, patch !== undefined, editor === true]
  if (ways.filter(Boolean).length !== 1)
    throw new CliError('Say what to change: --set and --unset, --patch, or --editor.', 2)
  if (editor === true) return fromEditor(cli, order)
  if (patch !== undefined) return mergePatch(order, json(patch, await sourceOf(patch, cli.stdin)))
  const typed = set.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliError(`--set ${pair}: write it as path=value.`, exitCodes.usage)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  const changed = withFields(order, Object.fromEntries(typed) as Record<string, string>)
  return unset.reduce<unknown>((tree, path) => withValue(tree, path, undefined), changed)
}

async function fromEditor(cli: Cli, order: Order): Promise<unknown> {
  const editor = process.env['VISUAL'] ?? process.env['EDITOR']
  if (editor === undefined)
    throw new CliError('Set EDITOR, or use --set or --patch.', exitCodes.usage)
  const folder = await mkdtemp(join(tmpdir(), 'relay-order-'))
  const file = join(folder, 'order.json')
  await writeFile(file, `${JSON.stringify(order, null, 2)}\n`, { mode: 0o600 })
  const code = await new Promise<number | null>((resolve, reject) => {
    spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
      .on('exit', resolve)
      .on('error', reject)
  })
  if (code !== 0) throw new CliError(`${editor} ended with ${code}; nothing was changed.`, 1)
  // A file that cannot be read stays where it is: what was typed is not lost.
  const typed = json(file, await sourceOf(file, cli.stdin))
  await rm(folder, { recursive: true })
  return typed
}

function json(from: string, source: string): unknown {
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new CliError(`${from} is not JSON: ${messageOf(error)}`, exitCodes.usage)
  }
}
