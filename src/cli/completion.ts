import { Command } from 'commander'
import { CliError, exitCodes, type Cli } from './cli.ts'

type Node = { path: string; words: string[] }

/** Every command with what may follow it: its own commands and options. */
function nodesOf(command: Command, path = ''): Node[] {
  const own = {
    path,
    words: [
      ...command.commands.map((child) => child.name()),
      ...command.options.map(({ long }) => long ?? '').filter((long) => long !== ''),
    ],
  }
  const below = command.commands.flatMap((child) =>
    nodesOf(child, path === '' ? child.name() : `${path} ${child.name()}`),
  )
  return [own, ...below]
}

/** `relay completion bash` (or zsh): a script that completes commands and options. */
export function completionCommand(cli: Cli): Command {
  return new Command('completion')
    .arguments('<shell>')
    .description('a script that completes commands and options, for bash or zsh')
    .addHelpText(
      'after',
      `
Examples:
  npm run --silent relay -- completion bash > ~/.relay-completion && echo '. ~/.relay-completion' >> ~/.bashrc
  npm run --silent relay -- completion zsh > ~/.relay-completion && echo '. ~/.relay-completion' >> ~/.zshrc`,
    )
    .action((shell: string, _options: object, self: Command) => {
      if (shell !== 'bash' && shell !== 'zsh')
        throw new CliError(
          `There is a completion for bash and zsh, none for "${shell}".`,
          exitCodes.usage,
        )
      cli.say(scriptFor(shell, nodesOf(self.parent ?? self)))
    })
}

function scriptFor(shell: 'bash' | 'zsh', nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`)
  // zsh reads bash's completions through its own bridge.
  const bridge = shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []
  return [
    ...bridge,
    '_relay() {',
    '  local path="" words="" word i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    word="${COMP_WORDS[i]}"',
    '    case "$word" in -*) continue ;; esac',
    '    case " $_relay_known " in *" ${path:+$path/}$word "*) path="${path:+$path/}$word" ;; *) break ;; esac',
    '  done',
    '  case "${path//\\// }" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    `_relay_known="${nodes.flatMap(({ path }) => (path === '' ? [] : [path.replaceAll(' ', '/')])).join(' ')}"`,
    'complete -o default -F _relay relay',
  ].join('\n')
}
