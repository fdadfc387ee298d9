import type { App } from '../../app.ts'

/** Everything at SmartBill is play: the service is our own simulator on this machine. */
export const isSandbox = ({ config }: App): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(config.smartbill.baseUrl).hostname)
