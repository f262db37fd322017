package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Will;

/// The CONNECT of an authenticated client: it throws out an older connection, takes a place among those of its tenant,
/// finds or makes the session, and is greeted. Or it is refused over the link.
///
/// - **Thread:** the lane of the session.
/// - **Life:** one for each CONNECT; [#open] is called once. What waits for the journal then is [Greeting].
/// - **Source:** MQTT 5 §3.1.4.
final class Opening {
    private final Tenant tenant;
    private final Lane lane;
    private final Link link;
    private final Packet.Connect connect;
    private final Admission.As client;
    private final Terms terms;

    /// @param client what [Admission] said
    Opening(Tenant tenant, Lane lane, Link link, Packet.Connect connect, Admission.As client) {
        this.tenant = tenant;
        this.lane = lane;
        this.link = link;
        this.connect = connect;
        this.client = client;
        this.terms = new Terms(connect, tenant.limits());
    }

    /// @return null when it was refused
    @Nullable
    Connection open(Grants grants) {
        if (tenant.closed()) {
            link.refuse(Ending.TENANT_REMOVED, ReasonCode.SERVER_UNAVAILABLE, "tenant " + tenant.name());
            return null;
        }
        Will will = connect.will();
        WillRefusal unwilling = will == null ? null : WillRefusal.of(will, grants, tenant.limits());
        if (will != null && unwilling != null) {
            link.note(new Fact.WillRefused(will.topic(), unwilling.why()));
            link.refuse(unwilling.ending(), unwilling.reason(), "will topic " + will.topic());
            return null;
        }
        Session known = tenant.session(lane, client.clientId());
        if (known != null) {
            takeOver(known); // first, since it frees the place that this connection needs
        }
        if (!tenant.connectionOpened()) {
            link.refuse(Ending.TENANT_CONNECTION_LIMIT, ReasonCode.QUOTA_EXCEEDED,
                    "the tenant has as many connections as it may have: " + tenant.limits().connectionsMax());
            return null;
        }
        Session before = known;
        if (before != null && (connect.cleanStart() || !before.belongsTo(connect.userName()))) {
            before.end();
        }
        if (before != null && before.ended()) {
            before = null;
        }
        Session session = before != null
                ? before
                : tenant.open(lane, client.clientId(), connect.userName(), terms.sessionExpirySeconds() > 0,
                        will != null);
        if (session == null) {
            tenant.connectionClosed();
            link.refuse(Ending.TENANT_QUOTA_EXCEEDED, ReasonCode.QUOTA_EXCEEDED,
                    "the tenant has as many sessions as it may have: " + tenant.limits().sessionsMax());
            return null;
        }
        if (known != null && before == null) {
            session.continueCountOf(known);
        }
        Connection connection = new Connection(session, link, terms, grants);
        greet(connection, session, before != null);
        return connection;
    }

    private void takeOver(Session session) {
        Connection old = session.connection();
        if (old == null) {
            return;
        }
        boolean sameUser = session.belongsTo(connect.userName());
        old.link().note(new Fact.TakenOver(link.attempt(), link.remote(), sameUser));
        link.note(new Fact.TookOver(old.link().attempt()));
        boolean loop = session.takeovers().oneMore(lane.nowMicros());
        old.end(loop ? Ending.TAKEN_OVER_IN_A_LOOP : Ending.TAKEN_OVER, ReasonCode.SESSION_TAKEN_OVER,
                "by " + link.remote());
    }

    /// @param present whether the session was there before
    private void greet(Connection connection, Session session, boolean present) {
        long expirySeconds = terms.sessionExpirySeconds();
        session.attach(connection, connect.will(), expirySeconds);
        link.note(new Fact.SessionOpened(client.clientId(), present, client.assigned()));
        Packet.Connack connack = new Packet.Connack(present, ReasonCode.SUCCESS, terms.announced(client));
        // CONNACK says that nothing is left of an earlier session: that has to be true whatever happens to the process
        Endings ended = tenant.endings(lane);
        List<Long> endings = session.number() == 0 ? ended.of(client.clientId()) : List.of();
        if (session.number() == 0 && endings.isEmpty()) {
            connection.welcome(connack);
            return;
        }
        connection.readOrNot();
        Greeting greeting = new Greeting(connection, session, connack, Math.max(1, endings.size()));
        if (session.number() != 0) {
            tenant.commit(lane, new Effect.Opened(session.number(), tenant.name(), client.clientId(),
                    session.userName(), !present, expirySeconds, connect.will()), greeting);
        }
        endings.forEach(number -> ended.again(client.clientId(), number, greeting));
    }
}
