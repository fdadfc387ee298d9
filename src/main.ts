import { openApp } from './app.ts'
import { loadConfigFile } from './config-file.ts'
import { readConfig } from './config.ts'
import { buildServer } from './http/server.ts'
import { createLog } from './log.ts'
import { runProcess, untilStopped } from './stop.ts'

await runProcess(async () => {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel, 'web')
  await using app = await openApp(config, { temper: 'impatient', log })
  await loadConfigFile(app)
  const { warnings } = await app.durability()
  for (const warning of warnings) log.error({ warning }, 'this Redis may lose accepted orders')
  if (config.apiKey === undefined)
    log.warn('RELAY_API_KEY is not set: the operator routes are closed')

  const server = await buildServer(app)
  const address = await server.listen({ port: config.port, host: config.host })
  log.info({ address }, 'web is ready')

  await untilStopped()
  log.info('web stops: finishing the requests in hand')
  await server.close()
})
