package dev.gatehouse.diagnosis;

import org.jspecify.annotations.Nullable;

/// What the service refused or ended on purpose: the cause is known, the words can be made to fit the connection.
final class RefusalRules {
    private RefusalRules() {}

    static Finding find(Ending ending, Cause usual, Seen seen) {
        Finding finding = Finding.certain(usual);
        return switch (ending) {
            case NO_SERVER_NAME -> finding.carriedBy(Fact.ClientHelloSeen.class, Fact.ConnectReceived.class);
            case UNKNOWN_SERVER_NAME -> finding.titled(unknownServerName(serverName(seen)))
                    .carriedBy(Fact.ClientHelloSeen.class);
            case ADDRESS_AS_SERVER_NAME -> finding.titled("The device sent an IP address as server name (SNI)")
                    .fixedBy("Connect by the tenant's host name, not by IP address, and let the device send that "
                            + "name: an address cannot say which tenant is meant (RFC 6066 §3).")
                    .carriedBy(Fact.ClientHelloSeen.class);
            case INVALID_SERVER_NAME -> finding
                    .titled("The server name (SNI) " + named(serverName(seen)) + "is not a host name")
                    .carriedBy(Fact.ClientHelloSeen.class);
            case TENANT_NOT_NAMED, UNKNOWN_TENANT_IN_USER_NAME -> finding.carriedBy(Fact.ConnectReceived.class);

            case MQTT_ON_TLS_PORT -> finding.titled("Unencrypted MQTT arrived at a port that expects TLS")
                    .carriedBy(Fact.FirstBytes.class);
            case HTTP_ON_TLS_PORT -> finding.titled("An unencrypted HTTP request arrived at a port that expects TLS")
                    .fixedBy(
                            "For MQTT over WebSocket use `wss://` and the port of the wss listener; for anything else, "
                                    + "this port serves MQTT over TLS only.")
                    .carriedBy(Fact.FirstBytes.class, Fact.HttpRequest.class);
            case HTTP_ON_MQTT_PORT -> finding.carriedBy(Fact.FirstBytes.class, Fact.HttpRequest.class);
            case SSH_RECEIVED -> finding.titled("An SSH client connected to a port for MQTT")
                    .fixedBy(
                            "Nothing needs to be done if it is a scan; else correct the port of the SSH client at {remote}.")
                    .carriedBy(Fact.FirstBytes.class);
            case UNKNOWN_BYTES, NOT_CONNECT_FIRST, TLS_ON_MQTT_PORT, TLS_ON_WS_PORT, MQTT_ON_WS_PORT, NOTHING_SENT,
                    HELLO_INCOMPLETE, HELLO_MALFORMED, FIRST_BYTES_INCOMPLETE, CONNECT_INCOMPLETE,
                    CLOSED_DURING_CONNECT ->
                finding.carriedBy(Fact.FirstBytes.class);
            case NO_CONNECT -> finding.carriedBy(Fact.TlsEstablished.class, Fact.WebSocketOpened.class);

            case PROXY_HEADER_MISSING -> finding.titled("The listener expects a PROXY header and none came");
            case PROXY_HEADER_MALFORMED -> finding.titled("The PROXY header cannot be read");
            case PROXY_HEADER_INCOMPLETE -> finding.titled("The PROXY header never became complete");
            case PROXY_HEADER_UNEXPECTED -> finding.titled("A PROXY header came where none is expected");

            case WS_WRONG_PATH, WS_WRONG_SUBPROTOCOL, WS_NOT_AN_UPGRADE -> finding.carriedBy(Fact.HttpRequest.class);
            case WS_TEXT_FRAME -> finding.titled("MQTT was sent in WebSocket text frames");
            case WS_FRAME_TOO_LARGE -> finding.titled("A WebSocket frame is larger than the server accepts");

            case CLIENT_ID_EMPTY -> finding.titled("An empty client identifier needs clean session 1")
                    .carriedBy(Fact.ConnectReceived.class);
            case CLIENT_ID_TOO_LONG -> finding.titled("The client identifier is too long")
                    .fixedBy("Give the device a shorter client identifier ({limit}).")
                    .carriedBy(Fact.ConnectReceived.class);
            case WILL_TOPIC_INVALID -> finding.titled("The will's topic is not a topic name")
                    .fixedBy("Give the will a complete topic without the wildcards # and +.")
                    .carriedBy(Fact.ConnectReceived.class);
            case WILL_NOT_PERMITTED -> finding.titled("The user may not publish to the topic of its will")
                    .carriedBy(Fact.ConnectReceived.class);
            case WILL_TOO_LARGE -> finding.titled("The will is larger than the server accepts");

            case CREDENTIALS_MISSING, ANONYMOUS_NOT_ALLOWED -> finding.carriedBy(Fact.ConnectReceived.class);
            case WRONG_PASSWORD -> badCredentials(Fact.AuthenticationFailed.Why.WRONG_PASSWORD, seen);
            case UNKNOWN_USER -> badCredentials(Fact.AuthenticationFailed.Why.UNKNOWN_USER, seen);
            case USER_OF_OTHER_TENANT -> badCredentials(Fact.AuthenticationFailed.Why.USER_OF_OTHER_TENANT, seen);

            case CLIENT_PACKET_SIZE_TOO_SMALL -> finding.carriedBy(Fact.MessageDropped.class);
            case SECOND_CONNECT -> finding.titled("The client sent a second CONNECT on the same connection");
            case PACKET_ID_MISUSE -> finding.titled("The client used a packet identifier that is not allowed here");
            case PUBLISH_NOT_PERMITTED -> permission("publish to", seen).carriedBy(Fact.PublishRefused.class,
                    Fact.ConnectReceived.class);
            case SUBSCRIBE_NOT_PERMITTED -> permission("subscribe to", seen)
                    .carriedBy(Fact.SubscriptionRefused.class, Fact.ConnectReceived.class);
            case TOPIC_NAME_INVALID -> finding.carriedBy(Fact.PublishRefused.class);
            case TOPIC_FILTER_INVALID -> finding.carriedBy(Fact.SubscriptionRefused.class);
            case SUBSCRIPTION_NOT_SUPPORTED -> unsupported(seen).carriedBy(Fact.SubscriptionRefused.class);
            case QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED -> finding.carriedBy(Fact.WillRefused.class);
            case PAYLOAD_FORMAT_INVALID -> finding.carriedBy(Fact.WillRefused.class, Fact.PublishRefused.class);
            case MESSAGE_RATE_LIMITED -> finding.titled("The client sends more messages per second than are allowed");
            case CONNECTION_RATE_LIMITED -> finding.titled("Too many connections came within a short time");
            case ADDRESS_CONNECTION_LIMIT -> finding.titled("Too many connections from one address at a time");
            case SLOW_CONSUMER -> finding.carriedBy(Fact.MessageDropped.class, Fact.Traffic.class);
            case WRITE_TIMEOUT -> finding.carriedBy(Fact.Traffic.class);
            case TAKEN_OVER_IN_A_LOOP -> finding.carriedBy(Fact.ConnectReceived.class, Fact.TookOver.class);
            case USER_REMOVED -> finding.titled("The user was removed while it was connected");
            case PASSWORD_CHANGED -> finding.titled("The user's password was changed while it was connected");
            case SESSION_REMOVED -> finding.titled("An administrator removed the session");
            default -> finding;
        };
    }

    /// The client closed after a CONNACK that refused: what made the service refuse?
    ///
    /// @param code 1 to 5 in MQTT 3 (§3.2.2.3), 128 and up in MQTT 5 (§3.2.2.2)
    static Finding byConnack(int code, Seen seen) {
        Fact.AuthenticationFailed failed = seen.last(Fact.AuthenticationFailed.class);
        if (failed != null) {
            return byAuthentication(failed.why(), seen);
        }
        Fact.TenantUndecided undecided = seen.undecided();
        if (undecided != null) {
            Ending ending = ending(undecided.why());
            return find(ending, causeOf(ending), seen);
        }
        if (seen.has(Fact.WillRefused.class) && code != 0x99 && code != 0x9A && code != 0x9B) {
            return find(Ending.WILL_NOT_PERMITTED, Cause.ACL_DENIED, seen);
        }
        return byCode(code);
    }

    private static Finding byAuthentication(Fact.AuthenticationFailed.Why why, Seen seen) {
        return switch (why) {
            case WRONG_PASSWORD, UNKNOWN_USER, USER_OF_OTHER_TENANT -> badCredentials(why, seen);
            case NO_CREDENTIALS, NOT_ALLOWED_ANONYMOUS -> find(Ending.CREDENTIALS_MISSING, Cause.CREDENTIALS_MISSING,
                    seen);
            case OVERLOADED -> Finding.certain(Cause.AUTH_OVERLOADED);
            case UNSUPPORTED_METHOD -> Finding.certain(Cause.AUTH_METHOD_UNSUPPORTED);
            case FAILED -> Finding.certain(Cause.AUTH_BACKEND_FAILED);
            case NO_SCRAM_KEYS -> Finding.certain(Cause.SCRAM_KEYS_MISSING);
            case EXCHANGE_MALFORMED -> Finding.certain(Cause.AUTH_EXCHANGE_MALFORMED);
        };
    }

    private static Finding byCode(int code) {
        return switch (code) {
            case 1, 0x84 -> Finding.certain(Cause.PROTOCOL_VERSION_UNSUPPORTED);
            case 2, 0x85 -> Finding.certain(Cause.CLIENT_ID_REJECTED);
            case 4, 0x86 -> Finding.certain(Cause.BAD_CREDENTIALS);
            case 5, 0x87 -> Finding.likely(Cause.NOT_AUTHORIZED, "the facts before the CONNACK");
            case 0x81, 0x82 -> Finding.certain(Cause.MALFORMED_CONNECT);
            case 0x8B -> Finding.certain(Cause.SERVER_SHUTTING_DOWN);
            case 0x8C -> Finding.certain(Cause.AUTH_METHOD_UNSUPPORTED);
            case 0x90 -> Finding.certain(Cause.MALFORMED_CONNECT);
            case 0x95 -> Finding.certain(Cause.PACKET_TOO_LARGE);
            case 0x97 -> Finding.certain(Cause.QUOTA_EXCEEDED);
            case 0x99 -> Finding.certain(Cause.PAYLOAD_FORMAT_INVALID);
            case 0x9A -> Finding.certain(Cause.RETAIN_NOT_SUPPORTED);
            case 0x9B -> Finding.certain(Cause.QOS_NOT_SUPPORTED);
            case 0x9C, 0x9D -> Finding.certain(Cause.SERVER_DRAINING);
            case 0x9F -> Finding.certain(Cause.RATE_LIMITED);
            default -> Finding.possible(Cause.CLOSED_AFTER_CONNECT, "the server's log at the time of this attempt");
        };
    }

    private static Finding badCredentials(Fact.AuthenticationFailed.Why why, Seen seen) {
        Fact.ConnectReceived connect = seen.last(Fact.ConnectReceived.class);
        Fact.TenantDecided decided = seen.last(Fact.TenantDecided.class);
        Fact.AuthenticationFailed failed = seen.last(Fact.AuthenticationFailed.class);
        String given = connect == null ? null : connect.userName();
        // with SCRAM the user name is in the exchange
        String user = "user " + named(given == null && failed != null ? failed.detail() : given);
        String tenant = decided == null ? "this tenant" : "tenant " + Shown.text(decided.tenant(), 40);
        Finding finding = Finding.certain(Cause.BAD_CREDENTIALS).carriedBy(Fact.ConnectReceived.class,
                Fact.TenantDecided.class);
        return switch (why) {
            case WRONG_PASSWORD -> finding.titled("The password of " + user + "is wrong");
            case UNKNOWN_USER -> finding.titled("There is no " + user + "in " + tenant)
                    .fixedBy("Correct the user name on the device, or create the user with "
                            + "`gatehouse user add {user} --tenant {tenant}`. If it belongs to another tenant, "
                            + "connect with that tenant's host name.");
            case USER_OF_OTHER_TENANT -> finding.titled("There is no " + user + "in " + tenant)
                    .fixedBy(
                            "Connect with the host name of the tenant to which the user belongs: the server name (SNI), "
                                    + "the listener or the part after the @ in the user name decides which tenant is asked.");
            default -> finding;
        };
    }

    private static Finding permission(String verb, Seen seen) {
        Fact.PublishRefused publish = seen.last(Fact.PublishRefused.class);
        Fact.SubscriptionRefused subscription = seen.last(Fact.SubscriptionRefused.class);
        String topic = publish != null
                ? named(publish.topic())
                : subscription != null ? named(subscription.filter()) : "this topic ";
        return Finding.certain(Cause.ACL_DENIED).titled("The user may not " + verb + " " + topic.strip());
    }

    private static Finding unsupported(Seen seen) {
        Fact.SubscriptionRefused refused = seen.last(Fact.SubscriptionRefused.class);
        Finding finding = Finding.certain(Cause.SUBSCRIPTION_NOT_SUPPORTED);
        return switch (refused == null ? 0 : refused.code()) {
            case 0x9E -> finding.titled("Shared subscriptions are switched off for the tenant");
            case 0xA1 -> finding.titled("Subscription identifiers are switched off for the tenant");
            case 0xA2 -> finding.titled("Subscriptions with wildcards are switched off for the tenant");
            default -> finding;
        };
    }

    static String unknownServerName(@Nullable String name) {
        return name == null || name.isEmpty()
                ? Cause.SNI_UNKNOWN.title()
                : "No tenant has the server name " + named(name).strip();
    }

    private static @Nullable String serverName(Seen seen) {
        Fact.ClientHelloSeen hello = seen.last(Fact.ClientHelloSeen.class);
        return hello == null ? null : hello.serverName();
    }

    private static Ending ending(Fact.TenantUndecided.Why why) {
        return switch (why) {
            case NO_SERVER_NAME -> Ending.NO_SERVER_NAME;
            case ADDRESS_AS_SERVER_NAME -> Ending.ADDRESS_AS_SERVER_NAME;
            case UNKNOWN_SERVER_NAME -> Ending.UNKNOWN_SERVER_NAME;
            case INVALID_SERVER_NAME -> Ending.INVALID_SERVER_NAME;
            case NO_TENANT_IN_USER_NAME -> Ending.TENANT_NOT_NAMED;
            case UNKNOWN_TENANT_IN_USER_NAME -> Ending.UNKNOWN_TENANT_IN_USER_NAME;
        };
    }

    private static Cause causeOf(Ending ending) {
        Cause cause = ending.cause();
        return cause == null ? Cause.UNDETERMINED : cause;
    }

    /// The name in quotes with a blank behind it; empty without a name.
    private static String named(@Nullable String name) {
        return name == null || name.isEmpty() ? "" : '"' + Shown.text(name, 40) + "\" ";
    }
}
