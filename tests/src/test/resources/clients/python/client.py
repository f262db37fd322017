"""paho-mqtt for the end-to-end tests. Argument and output: see ScriptedClient.java. Runs with paho-mqtt 1.x and 2.x."""
import json
import os
import socket
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

PATIENCE_SECONDS = 15


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def give_up(event, **more):
    """Ends the process at once: paho's own thread would reconnect for ever."""
    say(event, **more)
    os._exit(1)


def resolve_every_name_to(address):
    real = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **named: real(address, *rest, **named)


def make_client(how):
    options = {"client_id": how["clientId"], "protocol": how["level"],
               "transport": "websockets" if how["webSocket"] else "tcp"}
    if hasattr(mqtt, "CallbackAPIVersion"):
        options["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
    client = mqtt.Client(**options)
    if how["webSocket"]:
        client.ws_set_options(path="/mqtt")
    if how["tls"]:
        client.tls_set_context(ssl.create_default_context(cafile=how["ca"]))
    if how["user"] is not None:
        client.username_pw_set(how["user"], how["password"])
    if "will" in how:
        will = how["will"]
        client.will_set(will["topic"], will["payload"], will["qos"], will["retain"])
    return client


def connect(client, how):
    answered = threading.Event()

    def on_connect(_client, _userdata, _flags, code, properties=None):
        number = code if isinstance(code, int) else code.value
        if number != 0:
            give_up("refused", code=number, reason=getattr(properties, "ReasonString", None))
        say("connected", code=number)
        answered.set()

    def on_disconnect(_client, _userdata, code, _properties=None):
        if not answered.is_set():
            give_up("failed", reason=f"closed without a CONNACK: {code}")

    client.on_connect = on_connect
    client.on_disconnect = on_disconnect
    try:
        client.connect(how["host"], how["port"], keepalive=60)
    except (OSError, ValueError, mqtt.WebsocketConnectionError) as error:
        give_up("failed", reason=f"{type(error).__name__}: {error}")
    client.loop_start()
    if not answered.wait(PATIENCE_SECONDS):
        give_up("failed", reason="no CONNACK in time")


def publish(client, messages):
    for message in messages:
        sent = client.publish(message["topic"], message["payload"], message["qos"], message["retain"])
        sent.wait_for_publish(PATIENCE_SECONDS)
        if not sent.is_published():
            give_up("failed", reason=f"no acknowledgement of {message}")


def subscribe(client, what):
    def on_subscribe(_client, _userdata, _mid, granted, _properties=None):
        codes = [code if isinstance(code, int) else code.value for code in granted]
        if any(code >= 0x80 for code in codes):
            give_up("failed", reason=f"SUBACK {codes}")
        say("subscribed")

    def on_message(_client, _userdata, message):
        say("message", topic=message.topic, payload=message.payload.decode(), qos=message.qos,
            retain=bool(message.retain))

    client.on_subscribe = on_subscribe
    client.on_message = on_message
    client.subscribe(what["filter"], what["qos"])
    sys.stdin.read()


def main():
    how = json.loads(sys.argv[1])
    resolve_every_name_to(how["address"])
    client = make_client(how)
    connect(client, how)
    if "subscribe" in how:
        subscribe(client, how["subscribe"])
    else:
        publish(client, how["publish"])
    client.disconnect()
    client.loop_stop()
    say("done")


main()
