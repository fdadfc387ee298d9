// The least that a web server can do with an order: put it into a queue, then say so. The yardstick of `ingest`.
import { Queue } from 'bullmq'
import fastify from 'fastify'
import { Redis } from 'ioredis'

const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: 1 })
const queue = new Queue('bare-order', { connection })
const server = fastify()
server.post('/orders', async (request, reply) => {
  const { id } = await queue.add('order', request.body)
  return reply.status(202).send({ id })
})
process.send?.(await server.listen({ port: 0, host: '127.0.0.1' }))
process.once('SIGTERM', () => process.exit())
