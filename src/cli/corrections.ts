import { Command } from 'commander'
import { actsIn, decideAct, type FoundAct } from '../acts-desk.ts'
import { ActKey, partsOfAct } from '../core/acts.ts'
import { CorrectionWish, ReversalWish } from '../core/corrections-wanted.ts'
import { partsOf } from '../core/ids.ts'
import { HandReversal, reverseByHand } from '../corrections/by-hand.ts'
import { findOrder } from '../http/orders.ts'
import { CliError, exitCodes, table, type Cli } from './cli.ts'
import { noOrder, readAs } from './given.ts'

const states = ['proposed', 'held', 'dead', 'uncertain', 'due'] as const
type State = (typeof states)[number]
const isState = (typed: string): typed is State => (states as readonly string[]).includes(typed)

/** What an act would do, in a line. */
function saysOf({ key, wish }: FoundAct): string {
  if (partsOfAct(key).kind === 'correction') {
    const part = CorrectionWish.parse(wish)
    return `corrective invoice of ${part.amount} ${part.currency}`
  }
  const whole = ReversalWish.parse(wish)
  const now = whole.newTotal === undefined ? '' : `, then a new one of ${whole.newTotal}`
  return `${whole.cause}: undo ${whole.total} ${whole.currency}${now}`
}

/** Documents undone or corrected: what is proposed, and a person's word on it. */
export function correctionsCommand(cli: Cli): Command {
  const corrections = new Command('corrections').description(
    'documents to be reversed or corrected: list them, approve or dismiss them, or ask for one',
  )
  corrections
    .command('list')
    .description('reversals and corrections that wait for a person')
    .option('--state <state>', states.join(', '), 'proposed')
    .option('--shop <shop>', 'only of this shop')
    .addHelpText('after', '\nExample:\n  relay corrections list --shop acme-web')
    .action(async ({ state, shop }: { state: string; shop?: string }) => {
      if (!isState(state)) throw new CliError(`--state: ${states.join(', ')}`, exitCodes.usage)
      const found = await cli.withApp((app) =>
        actsIn(app, state, {
          kinds: ['reversal', 'correction'],
          ...(shop === undefined ? {} : { shop }),
        }),
      )
      cli.print(found, () =>
        found.length === 0
          ? [`no reversal or correction is ${state}`]
          : table(
              found.map((act) => [
                act.key,
                saysOf(act),
                act.reasons?.map(({ en }) => en).join(' ') ?? act.cause?.en ?? '',
              ]),
            ),
      )
    })

  for (const [name, verdict, description] of [
    ['approve', 'replay', 'agree: it is done, once'],
    ['dismiss', 'dismiss', 'leave the document as it is'],
  ] as const)
    corrections
      .command(name)
      .argument('<id>', 'as "list" shows it')
      .description(description)
      .requiredOption('--reason <text>', 'why; it stays in the timeline')
      .option('--who <name>', 'who says so', 'command line')
      .addHelpText(
        'after',
        `\nExample:\n  relay corrections ${name} 'acme-web~1001~invoice~1~reversal~full' --reason "goods came back"`,
      )
      .action(async (id: string, by: { who: string; reason: string }) => {
        const key = ActKey.safeParse(id)
        if (!key.success) throw new CliError(`"${id}" is no id that "list" shows.`, exitCodes.usage)
        const done = await cli.withApp((app) => decideAct(app, key.data, verdict, by))
        if (!done)
          throw new CliError(
            'It is not known, or has been decided already; "relay order show" tells its state.',
            exitCodes.problems,
          )
        cli.print({ id, done: name }, () => [
          `${name === 'approve' ? 'approved' : 'dismissed'}: ${id}`,
        ])
      })

  corrections
    .command('reverse')
    .arguments('<shop> <order>')
    .description("undo an order's document, or take a part of it back; the same twice is once")
    .option('--by <way>', "storno, cancel or delete-if-last; the shop's setting when not given")
    .option('--amount <amount>', 'a part, VAT included')
    .option('--id <name>', 'names the part, where two of one amount are meant')
    .option('--reason <text>', 'stays in the timeline')
    .option('--who <name>', 'who says so', 'command line')
    .addHelpText(
      'after',
      '\nExamples:\n  relay corrections reverse acme-web 1001 --reason "ordered twice"\n  relay corrections reverse acme-web 1001 --amount 25.00',
    )
    .action(
      async (shop: string, order: string, given: { who: string } & Record<string, string>) => {
        const { who, ...rest } = given
        const wanted = readAs(HandReversal, rest)
        const asked = await cli.withApp(async (app) => {
          const found = await findOrder(app.ledger, shop, order)
          return found === undefined ? undefined : reverseByHand(app, found, wanted, who)
        })
        if (asked === undefined) throw noOrder(shop, order)
        if (asked.status === 'refused') throw new CliError(asked.words.en, exitCodes.problems)
        cli.print(asked, () => [
          asked.status === 'asked'
            ? `asked for; "relay order show ${shop} ${order}" tells when it is done`
            : `it was asked for before and is ${asked.state} (${partsOf(partsOfAct(asked.act).document).orderId})`,
        ])
      },
    )
  return corrections
}
