import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { loadConfigFile } from '../src/config-file.ts'
import { createLog } from '../src/log.ts'
import { openRedis } from '../src/redis.ts'
import { runProcess, untilStopped } from '../src/stop.ts'
import { keepQueues } from './keep-queues.ts'
import { runWorkers } from './run-workers.ts'

await runProcess(async () => {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel, 'worker')
  await using app = await openApp(config, { temper: 'patient', log })
  await loadConfigFile(app)

  const connection = openRedis(config.redis, 'patient')
  connection.on('error', () => {})
  const running = runWorkers(app, connection)
  await app.queues.schedule()
  const keeping = keepQueues(app)
  log.info(
    { concurrency: config.concurrency, smartbill: new URL(config.smartbill.baseUrl).host },
    'worker is ready',
  )

  await untilStopped()
  log.info('worker stops: finishing the jobs in hand')
  await Promise.all([running.close(config.stopMs), keeping.close()])
  connection.disconnect()
})
