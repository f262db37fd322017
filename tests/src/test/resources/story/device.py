"""A device as in the forum thread: OpenSSL below, TLS 1.2, MQTT 3.1.1. Uses nothing but Python's own library.

Arguments: port on 127.0.0.1, file of the CA, server name ("" sends none, as modems without that setting do), user name,
password. Checks the certificate against the CA, and the name where one is sent. Prints the bytes of the server's answer
to the CONNECT in hexadecimal: `20020000` is a CONNACK with return code 0.
"""
import socket
import ssl
import sys


def text(value):
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def connect(client_id, user, password):
    body = text("MQTT") + b"\x04\xc2\x00\x3c" + text(client_id) + text(user) + text(password)
    return bytes([0x10, len(body)]) + body


port, ca, name, user, password = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
context.check_hostname = name != ""
context.maximum_version = ssl.TLSVersion.TLSv1_2
plain = socket.create_connection(("127.0.0.1", int(port)), timeout=15)
with context.wrap_socket(plain, server_hostname=name or None) as device:
    device.sendall(connect("esp32", user, password))
    answer = b""
    while len(answer) < 4:
        piece = device.recv(4 - len(answer))
        if not piece:
            break
        answer += piece
    print(answer.hex())
