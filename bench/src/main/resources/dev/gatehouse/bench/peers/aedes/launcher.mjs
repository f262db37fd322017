// aedes in Node; lets everybody in. Arguments: port, TLS port, certificate, key.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { Aedes } from 'aedes'

const [port, tlsPort, cert, key] = process.argv.slice(2)
const broker = await Aedes.createBroker({ concurrency: 10000, queueLimit: 1000000 })
net.createServer({ noDelay: true }, broker.handle).listen(Number(port), '127.0.0.1', 4096)
tls.createServer({ cert: readFileSync(cert), key: readFileSync(key), noDelay: true }, broker.handle)
  .listen(Number(tlsPort), '127.0.0.1', 4096)
