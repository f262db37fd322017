package dev.gatehouse.modem.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/// The first bytes of a SOCKS5 client: methods, login, request.
///
/// - **Shape:** bytes of the client → one [Target].
/// - **Thread:** the connection's own.
/// - **Errors:** [SocksRefusal], after the client was told in its own words.
/// - **Source:** RFC 1928 §3, §4, §6; RFC 1929 §2.
final class SocksHandshake {
    private static final int VERSION = 5;
    private static final int LOGIN_VERSION = 1;
    private static final int NO_LOGIN = 0x00;
    private static final int WITH_LOGIN = 0x02;
    private static final int NO_METHOD = 0xff;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final Socket client;
    private final InputStream in;
    private final OutputStream out;
    private final @Nullable Login login;
    private final long deadlineNanos;

    SocksHandshake(Socket client, @Nullable Login login, Duration patience) throws IOException {
        this.client = client;
        this.in = client.getInputStream();
        this.out = client.getOutputStream();
        this.login = login;
        this.deadlineNanos = System.nanoTime() + patience.toNanos();
    }

    /// Reads until it is known where the client wants to go. The request is not answered yet.
    Target target() throws IOException, SocksRefusal {
        try {
            method();
            Target target = request();
            client.setSoTimeout(0);
            return target;
        } catch (SocketTimeoutException e) {
            throw new SocksRefusal(Failure.CLIENT_SILENT, "");
        } catch (EOFException e) {
            throw new SocksRefusal(Failure.NOT_SOCKS, "it closed before its request was complete");
        }
    }

    /// The answer to the request: connected. The address is unknown, as the modem does not tell its own.
    void connected() throws IOException {
        reply(0);
    }

    /// The answer to the request: not connected.
    void failed(Failure failure) throws IOException {
        reply(failure.reply());
    }

    private void method() throws IOException, SocksRefusal {
        int version = read();
        if (version != VERSION) {
            throw notSocks5(version);
        }
        byte[] methods = read(read());
        int wanted = login == null ? NO_LOGIN : WITH_LOGIN;
        for (byte method : methods) {
            if (method == wanted) {
                write(VERSION, wanted);
                if (login != null) {
                    login(login);
                }
                return;
            }
        }
        write(VERSION, NO_METHOD);
        throw new SocksRefusal(Failure.LOGIN, login == null
                ? "the program offers no method without login"
                : "the program offers no user name and password");
    }

    private void login(Login expected) throws IOException, SocksRefusal {
        int version = read();
        if (version != LOGIN_VERSION) {
            throw new SocksRefusal(Failure.NOT_SOCKS, "a login of version " + version);
        }
        byte[] user = read(read());
        byte[] password = read(read());
        if (!expected.matches(user, password)) {
            write(LOGIN_VERSION, 1);
            throw new SocksRefusal(Failure.LOGIN, "");
        }
        write(LOGIN_VERSION, 0);
    }

    private Target request() throws IOException, SocksRefusal {
        int version = read();
        if (version != VERSION) {
            throw new SocksRefusal(Failure.NOT_SOCKS, "a request of version " + version);
        }
        int command = read();
        read(); // reserved
        int type = read();
        String host = switch (type) {
            case IPV4 -> dotted(read(IPV4_BYTES));
            // Not ASCII becomes U+0080 to U+00FF, which no host name may have.
            case NAME -> new String(read(read()), StandardCharsets.ISO_8859_1);
            case IPV6 -> {
                read(IPV6_BYTES);
                yield "";
            }
            default -> throw refused(Failure.ADDRESS_TYPE, "address type " + type);
        };
        int port = read() << 8 | read();
        if (command != CONNECT) {
            throw refused(Failure.COMMAND,
                    command == 2 ? "BIND" : command == 3 ? "UDP ASSOCIATE" : "command " + command);
        }
        if (type == IPV6 || host.indexOf(':') >= 0) {
            throw refused(Failure.ADDRESS_TYPE, "");
        }
        try {
            return new Target(host, port);
        } catch (IllegalArgumentException e) {
            throw refused(Failure.BAD_NAME, String.valueOf(e.getMessage()));
        }
    }

    private SocksRefusal refused(Failure failure, String detail) throws IOException {
        failed(failure);
        return new SocksRefusal(failure, detail);
    }

    /// Whoever speaks something else is told in that language, where it has words for it.
    private SocksRefusal notSocks5(int first) throws IOException {
        return switch (first) {
            case 4 -> {
                write(0, 0x5b, 0, 0, 0, 0, 0, 0);
                yield new SocksRefusal(Failure.NOT_SOCKS, "it is SOCKS4; use socks5h://");
            }
            case 'C', 'G', 'P', 'H', 'O', 'D' -> {
                out.write("HTTP/1.1 400 This is a SOCKS5 proxy: use socks5h://\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                yield new SocksRefusal(Failure.NOT_SOCKS, "it looks like HTTP; use socks5h://");
            }
            case 0x16 -> new SocksRefusal(Failure.NOT_SOCKS,
                    "it is TLS; give the program a SOCKS proxy, or use a forward");
            default -> new SocksRefusal(Failure.NOT_SOCKS, "the first byte is 0x%02x".formatted(first));
        };
    }

    private void reply(int code) throws IOException {
        write(VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0);
    }

    private static String dotted(byte[] address) {
        return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "." + (address[3] & 0xff);
    }

    private void write(int... values) throws IOException {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        out.write(bytes);
    }

    private int read() throws IOException {
        return read(1)[0] & 0xff;
    }

    private byte[] read(int count) throws IOException {
        byte[] bytes = new byte[count];
        int have = 0;
        while (have < count) {
            long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("the handshake took too long");
            }
            client.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
            int got = in.read(bytes, have, count - have);
            if (got < 0) {
                throw new EOFException();
            }
            have += got;
        }
        return bytes;
    }
}
