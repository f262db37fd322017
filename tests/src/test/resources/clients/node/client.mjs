// MQTT.js for the end-to-end tests. Argument and output: see ScriptedClient.java.
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.env.CLIENT_NODE_MODULES, 'here.js'));
const mqtt = require('mqtt');
const how = JSON.parse(process.argv[2]);

const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));
const giveUp = (event, more) => {
  say(event, more);
  process.exit(1);
};

// Every name is the given address: `net`, `tls` and `http` all look names up here.
dns.lookup = (host, options, callback) => {
  const done = callback ?? options;
  if (options.all) {
    done(null, [{ address: how.address, family: 4 }]);
  } else {
    done(null, how.address, 4);
  }
};

const scheme = how.webSocket ? (how.tls ? 'wss' : 'ws') : how.tls ? 'mqtts' : 'mqtt';
const client = mqtt.connect(`${scheme}://${how.host}:${how.port}${how.webSocket ? '/mqtt' : ''}`, {
  protocolId: how.level === 3 ? 'MQIsdp' : 'MQTT',
  protocolVersion: how.level,
  clientId: how.clientId,
  username: how.user ?? undefined,
  password: how.password ?? undefined,
  ca: how.ca ? readFileSync(how.ca) : undefined,
  will: how.will,
  keepalive: 60,
  connectTimeout: 15_000,
  reconnectPeriod: 0,
  clean: true,
});

let connected = false;
client.on('error', (error) => {
  const connack = !connected && Number.isInteger(error.code);
  giveUp(connack ? 'refused' : 'failed', { code: connack ? error.code : undefined, reason: String(error) });
});
client.on('close', () => {
  if (!connected) {
    giveUp('failed', { reason: 'closed without a CONNACK' });
  }
});
client.on('message', (topic, payload, packet) => {
  say('message', { topic, payload: payload.toString(), qos: packet.qos, retain: packet.retain });
});

client.on('connect', async (connack) => {
  connected = true;
  say('connected', { code: connack.reasonCode ?? connack.returnCode ?? 0 });
  try {
    if (how.subscribe) {
      await client.subscribeAsync(how.subscribe.filter, { qos: how.subscribe.qos });
      say('subscribed');
      process.stdin.resume();
      await new Promise((ended) => process.stdin.on('end', ended));
    } else {
      for (const { topic, payload, qos, retain } of how.publish) {
        await client.publishAsync(topic, payload, { qos, retain });
      }
    }
    await client.endAsync();
    say('done');
    process.exit(0);
  } catch (error) {
    giveUp('failed', { reason: String(error) });
  }
});
