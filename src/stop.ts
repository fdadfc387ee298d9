/** Resolves at the first SIGTERM or SIGINT; later ones change nothing, because one stop may be told twice. */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })

/** Runs a process to its end. What keeps it from starting is told in plain words, without a stack trace. */
export async function runProcess(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    for (let at: unknown = error; at instanceof Error; at = at.cause)
      process.stderr.write(`${at.message}\n`)
    process.exitCode = 1
  }
}
