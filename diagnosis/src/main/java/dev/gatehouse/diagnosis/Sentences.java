package dev.gatehouse.diagnosis;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// One readable line for each fact. Every text from the wire goes through [Shown].
final class Sentences {
    private static final int NAME_MAX = 80;
    private static final int DETAIL_MAX = 160;

    private Sentences() {}

    static String of(Fact fact) {
        return switch (fact) {
            case Fact.Accepted f -> "accepted from " + f.remote() + " on " + f.local() + ", listener " + f.listener()
                    + " (" + f.protocol() + ")";
            case Fact.ProxyHeader f -> proxyHeader(f);
            case Fact.ProxyProblem f -> "PROXY protocol: " + detail(f.why());
            case Fact.FirstBytes f -> firstBytes(f);
            case Fact.ClientHelloSeen f -> clientHello(f);
            case Fact.HelloMalformed f -> "the ClientHello cannot be read: " + detail(f.why());
            case Fact.TenantDecided f -> "tenant " + name(f.tenant()) + ", told by " + switch (f.by()) {
                case SERVER_NAME -> "the server name";
                case CUSTOM_HOST -> "the server name, a host name of its own";
                case LISTENER -> "the listener";
                case USER_NAME -> "the user name";
                case PROXY_AUTHORITY -> "the server name in the PROXY header";
            };
            case Fact.TenantUndecided f -> undecided(f);
            case Fact.TlsEstablished f -> "TLS handshake done: " + f.version() + ", " + f.cipher()
                    + (f.resumed() ? ", resumed" : "");
            case Fact.AlertReceived f -> alertReceived(f);
            case Fact.AlertSent f -> "sent the TLS alert " + f.name() + " (" + f.number() + ")";
            case Fact.TlsFailed f -> "TLS failed: " + detail(f.what());
            case Fact.HttpRequest f -> "HTTP request: " + name(f.method()) + " " + name(f.path())
                    + (f.host() == null ? "" : ", host " + name(f.host()))
                    + (f.subprotocols().isEmpty() ? "" : ", WebSocket subprotocols " + names(f.subprotocols()));
            case Fact.WebSocketOpened f -> "WebSocket open at " + name(f.path());
            case Fact.WebSocketRefused f -> "WebSocket refused (" + f.status() + "): " + detail(f.why());
            case Fact.ConnectReceived f -> connect(f);
            case Fact.PacketRefused f -> (f.packetType() == null ? "packet" : f.packetType()) + " refused: "
                    + detail(f.detail()) + (f.clause().isEmpty() ? "" : " [" + f.clause() + "]");
            case Fact.AuthenticationBegun f -> (f.again() ? "authentication again" : "authentication") + " by "
                    + quoted(f.method());
            case Fact.Authenticated f -> switch (f.how()) {
                case ANONYMOUS -> "let in without credentials";
                case PASSWORD -> "password correct";
                case CACHE -> "password correct (checked a short time ago)";
                case SCRAM -> "SCRAM exchange succeeded";
            };
            case Fact.AuthenticationFailed f -> authenticationFailed(f);
            case Fact.SessionOpened f -> (f.sessionPresent() ? "session continued" : "session opened") + ", client id "
                    + quoted(f.clientId()) + (f.assigned() ? " (chosen by the server)" : "");
            case Fact.ConnackSent f -> "sent CONNACK " + code(f.code()) + " " + f.name();
            case Fact.TookOver f -> "took over the client id from attempt " + f.otherAttempt();
            case Fact.TakenOver f -> "attempt " + f.byAttempt() + " from " + f.byRemote()
                    + " took over the client id, with " + (f.sameUser() ? "the same user" : "another user");
            case Fact.SubscriptionRefused f -> "subscription to " + quoted(f.filter()) + " refused: " + detail(f.why());
            case Fact.PublishRefused f -> "PUBLISH to " + quoted(f.topic()) + " refused: " + detail(f.why());
            case Fact.WillRefused f -> "will for " + quoted(f.topic()) + " refused: " + detail(f.why());
            case Fact.MessageDropped f -> counted(f.count(), "message") + " dropped: " + detail(f.why());
            case Fact.KeepAliveMissed f -> "silent for " + seconds(f.silentMillis()) + " s, keep alive is "
                    + f.keepAliveSeconds() + " s";
            case Fact.Traffic f -> traffic(f);
            case Fact.DisconnectReceived f -> "received DISCONNECT " + code(f.code());
            case Fact.DisconnectSent f -> "sent DISCONNECT " + code(f.code());
            case Fact.Ended f -> ended(f);
        };
    }

    private static String proxyHeader(Fact.ProxyHeader f) {
        return "PROXY protocol v" + f.version() + " header"
                + (f.source() == null ? " without addresses" : ": client " + f.source())
                + (f.destination() == null ? "" : ", connected to " + f.destination())
                + (f.authority() == null ? "" : ", server name " + quoted(f.authority()))
                + (f.trusted() ? "" : "; not from a trusted address");
    }

    private static String firstBytes(Fact.FirstBytes f) {
        return switch (f.kind()) {
            case "nothing" -> "no byte arrived";
            case "unknown" -> "first bytes are no protocol that is known here (" + counted(f.count(), "byte") + ")";
            default -> "first bytes look like " + name(f.kind().toUpperCase(Locale.ROOT)) + " ("
                    + counted(f.count(), "byte") + ")";
        };
    }

    private static String clientHello(Fact.ClientHelloSeen f) {
        return "ClientHello: " + (f.serverName() == null
                ? "no server name (SNI)"
                : "server name " + quoted(f.serverName()) + switch (f.nameKind()) {
                    case "address" -> ", which is an IP address";
                    case "invalid" -> ", which is not a host name";
                    default -> "";
                }) + ", offers " + (f.versions().isEmpty() ? "no known TLS version" : names(f.versions())) + ", "
                + counted(f.cipherSuites(), "cipher suite") + (f.alpn().isEmpty() ? "" : ", ALPN " + names(f.alpn()))
                + (f.ja4().isEmpty() ? "" : ", JA4 " + name(f.ja4()))
                + (f.summary().isEmpty() ? "" : "; " + detail(f.summary()));
    }

    private static String undecided(Fact.TenantUndecided f) {
        String it = f.detail().isEmpty() ? "" : " " + quoted(f.detail());
        return "tenant not told: " + switch (f.why()) {
            case NO_SERVER_NAME -> "the ClientHello has no server name (SNI)";
            case ADDRESS_AS_SERVER_NAME -> "the server name" + it + " is an IP address";
            case UNKNOWN_SERVER_NAME -> "no tenant has the server name" + it;
            case INVALID_SERVER_NAME -> "the server name" + it + " is not a host name";
            case NO_TENANT_IN_USER_NAME -> "the user name" + it + " does not end in @tenant";
            case UNKNOWN_TENANT_IN_USER_NAME -> "the user name" + it + " names a tenant that does not exist";
        };
    }

    private static String alertReceived(Fact.AlertReceived f) {
        if (f.number() < 0) {
            return "the client sent an encrypted TLS alert";
        }
        return "the client sent the " + (f.level() == 1 ? "warning " : f.level() == 2 ? "fatal " : "") + "TLS alert "
                + (f.name().isEmpty() ? "" : name(f.name()) + " ") + "(" + f.number() + ")"
                + (f.encrypted() ? ", encrypted" : "");
    }

    private static String connect(Fact.ConnectReceived f) {
        return "CONNECT: MQTT " + name(f.version()) + ", client id "
                + (f.clientId().isEmpty() ? "empty" : quoted(f.clientId()))
                + (f.userName() == null ? ", no user name" : ", user " + quoted(f.userName()))
                + (f.passwordPresent() ? ", password given" : ", no password")
                + (f.cleanStart() ? ", clean start" : ", wants its session back")
                + (f.keepAliveSeconds() == 0 ? ", no keep alive" : ", keep alive " + f.keepAliveSeconds() + " s")
                + (f.willTopic() == null ? "" : ", will for " + quoted(f.willTopic()))
                + (f.sessionExpirySeconds() == 0
                        ? ""
                        : f.sessionExpirySeconds() == 0xFFFF_FFFFL
                                ? ", session never expires"
                                : ", session expires after " + f.sessionExpirySeconds() + " s");
    }

    private static String authenticationFailed(Fact.AuthenticationFailed f) {
        return switch (f.why()) {
            case NO_CREDENTIALS -> "no user name and password, and this tenant asks for them";
            case UNKNOWN_USER -> "this tenant has no such user";
            case WRONG_PASSWORD -> "the user exists, the password is wrong";
            case USER_OF_OTHER_TENANT -> "the user is not one of this tenant";
            case NOT_ALLOWED_ANONYMOUS -> "no user name, and anonymous clients are not allowed here";
            case OVERLOADED -> "too many passwords wait to be checked";
            case UNSUPPORTED_METHOD -> "the authentication method is not offered";
            case FAILED -> "the credentials could not be checked";
            case NO_SCRAM_KEYS -> "nothing is stored of the user by which SCRAM could verify it";
            case EXCHANGE_MALFORMED -> "the exchange does not follow its method";
        } + (f.detail().isEmpty() ? "" : ": " + detail(f.detail()));
    }

    private static String traffic(Fact.Traffic f) {
        return "in " + counted(f.bytesIn(), "byte") + " and " + counted(f.packetsIn(), "packet")
                + last(f.lastPacketIn())
                + "; out " + counted(f.bytesOut(), "byte") + " and " + counted(f.packetsOut(), "packet")
                + last(f.lastPacketOut());
    }

    private static String ended(Fact.Ended f) {
        return "ended, " + f.ending().words() + ": " + switch (f.by()) {
            case CLIENT -> "closed by the client";
            case SERVER -> "closed by the server";
            case NETWORK -> "lost in the network";
        } + switch (f.how()) {
            case FIN -> " (FIN)";
            case RESET -> " (RST)";
            case CLOSE_NOTIFY -> " (TLS close_notify)";
            case WEBSOCKET_CLOSE -> " (WebSocket close)";
            case TIMEOUT -> " (deadline passed)";
            case SERVER_CLOSE -> "";
        } + (f.detail().isEmpty() ? "" : "; " + detail(f.detail()));
    }

    private static String last(@Nullable String packet) {
        return packet == null ? "" : ", last " + name(packet);
    }

    static String quoted(String wire) {
        return '"' + name(wire) + '"';
    }

    private static String name(String wire) {
        return Shown.text(wire, NAME_MAX);
    }

    static String names(List<String> wire) {
        return Shown.text(String.join(", ", wire), DETAIL_MAX);
    }

    private static String detail(String wire) {
        return Shown.text(wire, DETAIL_MAX);
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /// MQTT writes codes up to 5 in decimal and the others in hexadecimal; so do its readers.
    private static String code(int code) {
        return code < 0x10 ? Integer.toString(code) : String.format("0x%02X", code);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f", millis / 1000.0);
    }
}
