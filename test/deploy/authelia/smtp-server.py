"""A mail server on loopback: STARTTLS or nothing, one name and password; prints a line for each letter.

Usage: smtp-server.py PORT CERTIFICATE KEY NAME (the password on its standard input)
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, certificate, key, name = int(sys.argv[1]), *sys.argv[2:5]
password = sys.stdin.readline().rstrip("\n")


class Letters:
    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode()
        print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": text}), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == name.encode() and data.password == password.encode()
    return AuthResult(success=right, handled=False)


tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(certificate, key)
Controller(
    Letters(),
    hostname="127.0.0.1",
    port=port,
    tls_context=tls,
    require_starttls=True,
    authenticator=authenticate,
    auth_required=True,
).start()
print("ready", flush=True)
asyncio.new_event_loop().run_forever()
