package dev.gatehouse.diagnosis;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// One thing that was seen on a connection, in the order in which a connection meets them.
///
/// - **Shape:** records of strings, numbers, flags, enums and lists of strings only, so that a trail can be written as
///   JSON and read back by component names.
/// - **Secrets:** no fact has a place for a password or for undecoded bytes.
/// - **Bounds:** text from the wire is cut at [#TEXT_MAX] characters, lists at [#LIST_MAX] entries, when a record is made.
public sealed interface Fact {
    /// Longest text that a fact keeps, in UTF-16 units.
    int TEXT_MAX = 256;
    /// Longest list that a fact keeps.
    int LIST_MAX = 16;

    /// A readable line for a person, without a full stop; text from the wire is escaped and cut.
    default String sentence() {
        return Sentences.of(this);
    }

    /// The record's name in kebab case, for ever: `client-hello-seen`.
    default String type() {
        return FactTypes.of(getClass());
    }

    /// Every kind of fact by its [#type()], in the order of declaration, for readers of stored trails.
    static Map<String, Class<? extends Fact>> types() {
        var types = new LinkedHashMap<String, Class<? extends Fact>>();
        Arrays.stream(Fact.class.getPermittedSubclasses())
                .forEach(kind -> types.put(FactTypes.of(kind), kind.asSubclass(Fact.class)));
        return types;
    }

    private static String cut(String from) {
        return Shown.cut(from, TEXT_MAX);
    }

    private static @Nullable String cutOrNull(@Nullable String from) {
        return from == null ? null : cut(from);
    }

    private static List<String> cut(List<String> from) {
        return from.stream().limit(LIST_MAX).map(Fact::cut).toList();
    }

    /// TCP accept.
    ///
    /// @param remote the peer as `ip:port`, IPv6 as `[ip]:port`
    /// @param local our side, likewise
    /// @param listener its name in the configuration
    /// @param protocol `mqtt`, `mqtts`, `ws` or `wss`
    record Accepted(String remote, String local, String listener, String protocol) implements Fact {}

    /// A PROXY protocol header was read.
    ///
    /// @param version 1 or 2
    /// @param source the client as the proxy saw it, `ip:port`; null for LOCAL and UNKNOWN
    /// @param destination where the client connected to, likewise
    /// @param authority the server name from the TLV PP2_TYPE_AUTHORITY
    /// @param trusted whether the header came from an address that may send one
    record ProxyHeader(int version, @Nullable String source, @Nullable String destination, @Nullable String authority,
            boolean trusted) implements Fact {
        public ProxyHeader {
            authority = cutOrNull(authority);
        }
    }

    /// The PROXY protocol header is missing, broken, or not welcome here.
    record ProxyProblem(String why) implements Fact {
        public ProxyProblem {
            why = cut(why);
        }
    }

    /// What the first bytes look like.
    ///
    /// @param kind `tls`, `mqtt`, `http`, `ssh`, `proxy`, `unknown` or `nothing`
    /// @param count bytes there were when this was decided
    record FirstBytes(String kind, int count) implements Fact {
        public FirstBytes {
            kind = cut(kind);
        }
    }

    /// A whole ClientHello was read, RFC 8446 §4.1.2.
    ///
    /// @param serverName the `server_name` extension's host_name as sent; null if there was none
    /// @param nameKind what it is: `absent`, `host-name`, `address`, `invalid`
    /// @param versions offered, best first: `TLS 1.3`, `TLS 1.2`, …
    /// @param cipherSuites how many suites were offered
    /// @param ja4 the fingerprint; empty if unknown
    /// @param summary the rest for a person, in one line
    record ClientHelloSeen(@Nullable String serverName, String nameKind, List<String> alpn, List<String> versions,
            int cipherSuites, String ja4, String summary) implements Fact {
        public ClientHelloSeen {
            serverName = cutOrNull(serverName);
            nameKind = cut(nameKind);
            alpn = cut(alpn);
            versions = cut(versions);
            ja4 = cut(ja4);
            summary = cut(summary);
        }
    }

    /// What should be a ClientHello is none.
    record HelloMalformed(String why) implements Fact {
        public HelloMalformed {
            why = cut(why);
        }
    }

    /// The connection belongs to a tenant from here on.
    record TenantDecided(String tenant, TenantDecided.By by) implements Fact {
        /// What told the tenant.
        public enum By {
            SERVER_NAME, CUSTOM_HOST, LISTENER, USER_NAME, PROXY_AUTHORITY
        }
    }

    /// It cannot be told which tenant is meant; a later fact may still tell it.
    ///
    /// @param detail the name that did not help, or empty
    /// @param expected what a name looks like that helps, `<tenant>.mq.example`; empty if that is not known
    record TenantUndecided(TenantUndecided.Why why, String detail, String expected) implements Fact {
        public TenantUndecided {
            detail = cut(detail);
        }

        /// What was missing or wrong.
        public enum Why {
            NO_SERVER_NAME,
            ADDRESS_AS_SERVER_NAME,
            UNKNOWN_SERVER_NAME,
            INVALID_SERVER_NAME,
            NO_TENANT_IN_USER_NAME,
            UNKNOWN_TENANT_IN_USER_NAME
        }
    }

    /// The TLS handshake is done on our side.
    ///
    /// @param version `TLS 1.2` or `TLS 1.3`
    record TlsEstablished(String version, String cipher, boolean resumed) implements Fact {}

    /// The client sent a TLS alert.
    ///
    /// @param level 1 warning, 2 fatal; 0 if unknown
    /// @param number RFC 8446 §6, 0 to 255; -1 if it was encrypted and cannot be read
    /// @param name `unknown_ca`, …; empty if unknown
    record AlertReceived(int level, int number, String name, boolean encrypted) implements Fact {}

    /// We sent a TLS alert.
    record AlertSent(int number, String name) implements Fact {}

    /// The TLS engine gave up.
    ///
    /// @param what the engine's message
    record TlsFailed(String what) implements Fact {
        public TlsFailed {
            what = cut(what);
        }
    }

    /// An HTTP request was read.
    ///
    /// @param subprotocols from Sec-WebSocket-Protocol, in the order offered
    record HttpRequest(String method, String path, @Nullable String host, List<String> subprotocols) implements Fact {
        public HttpRequest {
            method = cut(method);
            path = cut(path);
            host = cutOrNull(host);
            subprotocols = cut(subprotocols);
        }
    }

    /// The WebSocket is open.
    record WebSocketOpened(String path) implements Fact {
        public WebSocketOpened {
            path = cut(path);
        }
    }

    /// The upgrade was refused, or the open WebSocket was closed because of what came over it.
    ///
    /// @param status the HTTP status (400 to 599) or the WebSocket close code (1000 to 4999)
    record WebSocketRefused(int status, String why) implements Fact {
        public WebSocketRefused {
            why = cut(why);
        }
    }

    /// A CONNECT was read. There is no place for the password.
    ///
    /// @param version `3.1`, `3.1.1` or `5`
    /// @param keepAliveSeconds 0 to 65 535; 0 means none
    /// @param willTopic null without a will
    /// @param sessionExpirySeconds 0 to 4 294 967 295; the largest means never
    record ConnectReceived(String version, String clientId, @Nullable String userName, boolean passwordPresent,
            boolean cleanStart, int keepAliveSeconds, @Nullable String willTopic, long sessionExpirySeconds)
            implements
                Fact {
        public ConnectReceived {
            clientId = cut(clientId);
            userName = cutOrNull(userName);
            willTopic = cutOrNull(willTopic);
        }
    }

    /// A packet broke the rules.
    ///
    /// @param packetType `CONNECT`, `PUBLISH`, …; null if it could not be told
    /// @param clause of the specification, `MQTT-3.1.2-24`; empty if none fits
    /// @param detail what was wrong, in our words: never the packet's bytes
    record PacketRefused(@Nullable String packetType, String clause, String detail) implements Fact {
        public PacketRefused {
            detail = cut(detail);
        }
    }

    /// A challenge and response exchange began, MQTT 5 §4.12.
    ///
    /// @param method the authentication method
    /// @param again whether the session is open already (§4.12.1)
    record AuthenticationBegun(String method, boolean again) implements Fact {
        public AuthenticationBegun {
            method = cut(method);
        }
    }

    /// The client is who it says, or need not say.
    record Authenticated(Authenticated.How how) implements Fact {
        /// How that was found.
        public enum How {
            ANONYMOUS, PASSWORD, CACHE, SCRAM
        }
    }

    /// The client is not let in.
    ///
    /// @param detail for the tenant's eyes; may be empty
    record AuthenticationFailed(AuthenticationFailed.Why why, String detail) implements Fact {
        public AuthenticationFailed {
            detail = cut(detail);
        }

        /// The true reason; the client is told less.
        public enum Why {
            NO_CREDENTIALS,
            UNKNOWN_USER,
            WRONG_PASSWORD,
            USER_OF_OTHER_TENANT,
            NOT_ALLOWED_ANONYMOUS,
            OVERLOADED,
            UNSUPPORTED_METHOD,
            FAILED,
            NO_SCRAM_KEYS,
            EXCHANGE_MALFORMED
        }
    }

    /// The client has its session.
    ///
    /// @param clientId the one in use
    /// @param assigned whether the server chose it
    record SessionOpened(String clientId, boolean sessionPresent, boolean assigned) implements Fact {
        public SessionOpened {
            clientId = cut(clientId);
        }
    }

    /// A CONNACK went out.
    ///
    /// @param code as on the wire: 0 accepted; 1 to 5 in MQTT 3; 128 and up in MQTT 5
    record ConnackSent(int code, String name) implements Fact {}

    /// This connection ended another one with the same client id.
    ///
    /// @param otherAttempt the id of that attempt
    record TookOver(String otherAttempt) implements Fact {}

    /// Another connection with the same client id ended this one.
    ///
    /// @param byAttempt the id of that attempt
    /// @param byRemote its address as `ip:port`
    /// @param sameUser whether it gave the same user name
    record TakenOver(String byAttempt, String byRemote, boolean sameUser) implements Fact {}

    /// A subscription was refused in SUBACK.
    ///
    /// @param code the reason code of MQTT 5 §3.9.3, 128 to 255, also where MQTT 3 says 0x80 only
    record SubscriptionRefused(String filter, int code, String why) implements Fact {
        public SubscriptionRefused {
            filter = cut(filter);
            why = cut(why);
        }
    }

    /// A PUBLISH was refused.
    ///
    /// @param code the reason code of MQTT 5 §3.4.2.1, 128 to 255, also where no packet could carry it
    record PublishRefused(String topic, int code, String why) implements Fact {
        public PublishRefused {
            topic = cut(topic);
            why = cut(why);
        }
    }

    /// The CONNECT's will was refused.
    record WillRefused(String topic, String why) implements Fact {
        public WillRefused {
            topic = cut(topic);
            why = cut(why);
        }
    }

    /// Messages for this client were dropped.
    ///
    /// @param count since the last fact of this kind, at least 1
    record MessageDropped(String why, long count) implements Fact {
        public MessageDropped {
            why = cut(why);
        }
    }

    /// Nothing came for one and a half keep alive periods.
    record KeepAliveMissed(int keepAliveSeconds, long silentMillis) implements Fact {}

    /// What went over the connection in all, put down when it ends.
    ///
    /// @param bytesIn application bytes received, before decryption where there is TLS
    /// @param lastPacketIn `PINGREQ`, `PUBLISH`, …; null if none came
    /// @param lastPacketOut null if none went out
    record Traffic(long bytesIn, long bytesOut, long packetsIn, long packetsOut, @Nullable String lastPacketIn,
            @Nullable String lastPacketOut) implements Fact {}

    /// The client said goodbye.
    ///
    /// @param code 0 in MQTT 3; 0 to 255 in MQTT 5
    record DisconnectReceived(int code) implements Fact {}

    /// We said goodbye (MQTT 5 only).
    record DisconnectSent(int code) implements Fact {}

    /// The connection is over; the last fact of a trail.
    ///
    /// @param detail what else is known; may be empty
    record Ended(Ending ending, Ended.By by, Ended.How how, String detail) implements Fact {
        public Ended {
            detail = cut(detail);
        }

        /// Who closed.
        public enum By {
            CLIENT, SERVER, NETWORK
        }

        /// How the end was seen or made.
        public enum How {
            /// TCP FIN from the client, with no farewell of TLS before it.
            FIN,
            /// TCP RST, or any I/O error.
            RESET,
            /// TLS close_notify from the client.
            CLOSE_NOTIFY,
            /// WebSocket close frame from the client.
            WEBSOCKET_CLOSE,
            /// A deadline of ours passed and we closed.
            TIMEOUT,
            /// We closed for another reason.
            SERVER_CLOSE
        }
    }
}
