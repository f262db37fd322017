package dev.gatehouse.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Admission;
import dev.gatehouse.broker.Grants;
import dev.gatehouse.broker.Tenant;
import dev.gatehouse.broker.TenantLimits;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.server.access.Decision;
import dev.gatehouse.server.access.Permissions;
import dev.gatehouse.server.access.ScramExchange;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.access.UserEntry;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.Limits;

/// From a CONNECT to the tenant, the user and the client id that count, or to the reason why not.
///
/// What a stranger could use to find out whether a tenant or a user exists gets the same answer on the wire: an unknown
/// server name, an unknown user and a wrong password. The trail says which it was.
final class Identification {
    private static final Fact BY_NOTHING = new Fact.Authenticated(Fact.Authenticated.How.ANONYMOUS);
    private static final Fact BY_PASSWORD = new Fact.Authenticated(Fact.Authenticated.How.PASSWORD);
    private static final Fact BY_CACHE = new Fact.Authenticated(Fact.Authenticated.How.CACHE);

    private final Wire wire;
    private final Packet.Connect connect;
    private @Nullable String presented;
    private @Nullable ScramExchange exchange;

    Identification(Wire wire, Packet.Connect connect) {
        this.wire = wire;
        this.connect = connect;
    }

    /// What came of it.
    sealed interface Outcome {
        /// @param connect with the user name that counts, without `@tenant` and password
        record Accepted(Tenant tenant, Packet.Connect connect, Admission.As client, Grants grants) implements Outcome {}

        record Refused(Ending ending, ReasonCode reason, String detail) implements Outcome {}
    }

    /// Completes on any thread.
    CompletionStage<Outcome> decide() {
        TenantEntry known = tenant();
        if (known == null) {
            return undecided();
        }
        String user = presented;
        return wire.house().authenticator().authenticate(known, user, connect.password())
                .thenApply(decision -> authenticated(known, user, decision));
    }

    /// The tenant; null when it cannot be told, and then the wire knows why. Afterwards `presented` is the user name
    /// without what names the tenant.
    private @Nullable TenantEntry tenant() {
        String user = connect.userName();
        presented = user;
        TenantEntry tenant = wire.tenant();
        if (tenant != null || !mayNameTenant()) {
            return tenant;
        }
        int at = user == null ? -1 : user.lastIndexOf('@');
        if (user == null || at < 0) {
            if (wire.undecided() == null) {
                wire.undecided(Fact.TenantUndecided.Why.NO_TENANT_IN_USER_NAME, "");
            }
            return null;
        }
        String named = user.substring(at + 1);
        presented = user.substring(0, at);
        tenant = wire.house().directory().byName(named);
        if (tenant == null) {
            wire.undecided(Fact.TenantUndecided.Why.UNKNOWN_TENANT_IN_USER_NAME, named);
            return null;
        }
        wire.decided(tenant, Fact.TenantDecided.By.USER_NAME);
        return tenant;
    }

    /// A CONNECT with an authentication method (MQTT 5 §4.12): an exchange begins, or the method is not offered. Whether
    /// there is a tenant shows only at the exchange's end.
    ///
    /// @return null when an exchange began
    @Nullable
    Outcome begin(String method) {
        TenantEntry known = tenant();
        if (!wire.house().scram().offers(method)) {
            return new Outcome.Refused(Ending.AUTH_METHOD_UNSUPPORTED, ReasonCode.BAD_AUTHENTICATION_METHOD, "");
        }
        if (known == null && !couldBeATenant(undecidedEnding())) {
            return new Outcome.Refused(undecidedEnding(), ReasonCode.NOT_AUTHORIZED, "");
        }
        exchange = wire.house().scram().begin(known, presented);
        wire.note(new Fact.AuthenticationBegun(method, false));
        return null;
    }

    /// Takes the next message of the exchange.
    ///
    /// @return what came of it, or the challenge to send
    Progress next(Bytes data) {
        ScramExchange running = exchange;
        if (running == null) {
            throw new IllegalStateException("no exchange began");
        }
        return switch (running.next(data)) {
            case ScramExchange.Step.Challenge(Bytes challenge) -> new Progress.Challenge(challenge);
            case ScramExchange.Step.Accepted(Bytes last, UserEntry user) -> {
                wire.note(new Fact.Authenticated(Fact.Authenticated.How.SCRAM));
                TenantEntry known = wire.tenant();
                if (known == null) {
                    throw new AssertionError("nobody is a user of no tenant");
                }
                yield new Progress.Over(admitted(known, user.name(), user.permissions()), last);
            }
            case ScramExchange.Step.Refused(ScramExchange.Why why, String user) ->
                new Progress.Over(refused(why, user), Bytes.EMPTY);
        };
    }

    private Outcome refused(ScramExchange.Why why, String user) {
        if (wire.tenant() == null && why != ScramExchange.Why.MALFORMED) {
            return new Outcome.Refused(undecidedEnding(), ReasonCode.NOT_AUTHORIZED, "");
        }
        return new Outcome.Refused(EnhancedAuthentication.ending(wire, why, user), ReasonCode.NOT_AUTHORIZED, "");
    }

    /// How far an exchange is.
    sealed interface Progress {
        record Challenge(Bytes data) implements Progress {}

        /// @param last for the CONNACK that lets in
        record Over(Outcome outcome, Bytes last) implements Progress {}
    }

    private Ending undecidedEnding() {
        Fact.TenantUndecided.Why why = wire.undecided();
        return why == null ? Ending.TENANT_NOT_NAMED : switch (why) {
            case NO_SERVER_NAME -> Ending.NO_SERVER_NAME;
            case ADDRESS_AS_SERVER_NAME -> Ending.ADDRESS_AS_SERVER_NAME;
            case UNKNOWN_SERVER_NAME -> Ending.UNKNOWN_SERVER_NAME;
            case INVALID_SERVER_NAME -> Ending.INVALID_SERVER_NAME;
            case NO_TENANT_IN_USER_NAME -> Ending.TENANT_NOT_NAMED;
            case UNKNOWN_TENANT_IN_USER_NAME -> Ending.UNKNOWN_TENANT_IN_USER_NAME;
        };
    }

    /// A name that could be a tenant's is answered as a tenant's would be, after the same work.
    private static boolean couldBeATenant(Ending ending) {
        return ending == Ending.UNKNOWN_SERVER_NAME || ending == Ending.UNKNOWN_TENANT_IN_USER_NAME;
    }

    /// On plain TCP the user name always may say the tenant; on TLS when the operator allows it.
    private boolean mayNameTenant() {
        return !wire.listener().protocol().isTls()
                || wire.house().configuration().noSni() == Configuration.NoSni.RESOLVE;
    }

    private CompletionStage<Outcome> undecided() {
        Ending ending = undecidedEnding();
        return couldBeATenant(ending)
                ? wire.house().authenticator().authenticate(null, connect.userName(), connect.password())
                        .thenApply(_ -> new Outcome.Refused(ending, likeBadCredentials(), ""))
                : CompletableFuture.completedStage(new Outcome.Refused(ending, ReasonCode.NOT_AUTHORIZED, ""));
    }

    private ReasonCode likeBadCredentials() {
        return connect.userName() == null && connect.password() == null
                ? ReasonCode.NOT_AUTHORIZED
                : ReasonCode.BAD_USER_NAME_OR_PASSWORD;
    }

    private Outcome authenticated(TenantEntry entry, @Nullable String user, Decision decision) {
        return switch (decision) {
            case Decision.Accepted(Decision.How how, Permissions permissions) -> {
                wire.note(switch (how) {
                    case ANONYMOUS -> BY_NOTHING;
                    case PASSWORD -> BY_PASSWORD;
                    case CACHE -> BY_CACHE;
                });
                yield admitted(entry, user, permissions);
            }
            case Decision.Refused(Decision.Why why) -> refused(why);
        };
    }

    private Outcome admitted(TenantEntry entry, @Nullable String user, Permissions permissions) {
        Limits limits = wire.house().configuration().limitsOf(entry.name());
        Tenant tenant = wire.house().broker().tenant(entry.name(), limits(limits));
        return switch (Admission.of(connect, tenant.limits(), wire.attempt())) {
            case Admission.As client ->
                new Outcome.Accepted(tenant, as(user), client, permissions.bind(user == null ? "" : user,
                        client.clientId()));
            case Admission.Refused(Ending ending, ReasonCode reason, String detail) ->
                new Outcome.Refused(ending, reason, detail);
        };
    }

    /// Without the password: it has done its work, and what the broker keeps it keeps as long as the connection lives.
    private Packet.Connect as(@Nullable String user) {
        return new Packet.Connect(connect.version(), connect.clientId(), connect.cleanStart(),
                connect.keepAliveSeconds(), connect.will(), user, null, connect.properties());
    }

    private Outcome refused(Decision.Why why) {
        Ending ending = switch (why) {
            case NO_CREDENTIALS -> Ending.CREDENTIALS_MISSING;
            case ANONYMOUS_NOT_ALLOWED -> Ending.ANONYMOUS_NOT_ALLOWED;
            case UNKNOWN_USER -> Ending.UNKNOWN_USER;
            case WRONG_PASSWORD -> Ending.WRONG_PASSWORD;
            // That another tenant has such a user is not this tenant's business, whose trail it would stand in.
            case USER_OF_OTHER_TENANT -> Ending.UNKNOWN_USER;
            case OVERLOADED -> Ending.AUTHENTICATION_OVERLOADED;
        };
        wire.note(new Fact.AuthenticationFailed(switch (why) {
            case NO_CREDENTIALS -> Fact.AuthenticationFailed.Why.NO_CREDENTIALS;
            case ANONYMOUS_NOT_ALLOWED -> Fact.AuthenticationFailed.Why.NOT_ALLOWED_ANONYMOUS;
            case UNKNOWN_USER -> Fact.AuthenticationFailed.Why.UNKNOWN_USER;
            case WRONG_PASSWORD -> Fact.AuthenticationFailed.Why.WRONG_PASSWORD;
            case USER_OF_OTHER_TENANT -> Fact.AuthenticationFailed.Why.UNKNOWN_USER;
            case OVERLOADED -> Fact.AuthenticationFailed.Why.OVERLOADED;
        }, ""));
        return new Outcome.Refused(ending,
                ending == Ending.AUTHENTICATION_OVERLOADED ? ReasonCode.SERVER_BUSY : likeBadCredentials(), "");
    }

    static TenantLimits limits(Limits configured) {
        int keepAlive = configured.keepAliveSecondsMax() == 65_535 ? 0 : configured.keepAliveSecondsMax();
        return new TenantLimits(configured.packetBytesMax(), configured.receiveMaximum(), IN_FLIGHT_MAX,
                configured.topicAliasMaximum(), keepAlive, configured.sessionExpirySecondsMax(),
                configured.clientIdBytesMax(), configured.connectionsMax(), configured.sessionsMax(),
                configured.subscriptionsMax(), configured.queueMessagesMax(), configured.queueBytesMax(),
                configured.retainedMessagesMax(), configured.retainedBytesMax(), configured.topicLevelsMax(),
                new TenantLimits.Features(Qos.of(configured.qosMax()), configured.retain(),
                        configured.wildcardSubscriptions(), configured.subscriptionIdentifiers(),
                        configured.sharedSubscriptions(), configured.responseTopicPrefix()));
    }

    /// QoS 1 and 2 messages sent to a client and not acknowledged. MQTT 3 clients cannot say how many they take.
    private static final int IN_FLIGHT_MAX = 1_000;
}
