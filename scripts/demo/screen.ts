import type { WriteStream } from 'node:tty'

type Out = Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number }

/** Lines that stay, and below them a block that is drawn afresh; without a terminal only the lines. */
export function createScreen(out: Out) {
  let drawn = 0
  const erase = (): void => {
    if (drawn > 0) out.write(`\u001B[${drawn}A\u001B[J`)
    drawn = 0
  }
  return {
    say(line = ''): void {
      erase()
      out.write(`${line}\n`)
    },
    show(lines: readonly string[]): void {
      if (!out.isTTY) return
      const width = (out.columns || 80) - 1
      erase()
      out.write(lines.map((line) => `${cut(line, width)}\n`).join(''))
      drawn = lines.length
    },
    clear: erase,
    live: out.isTTY === true,
  }
}

/** A line that wrapped would upset the count of lines to go up. */
const cut = (line: string, width: number): string =>
  line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line

export type Screen = ReturnType<typeof createScreen>

/** Rows of a label, a figure and a note, in columns. */
export function columns(rows: readonly (readonly [string, string | number, string?])[]): string[] {
  const label = Math.max(...rows.map(([name]) => name.length))
  const figure = Math.max(...rows.map(([, value]) => String(value).length))
  return rows.map(([name, value, note = '']) =>
    `  ${name.padEnd(label)}  ${String(value).padStart(figure)}  ${note}`.trimEnd(),
  )
}
