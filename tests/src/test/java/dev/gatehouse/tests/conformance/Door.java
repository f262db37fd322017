package dev.gatehouse.tests.conformance;

/// Where a client comes in: each is a listener of the broker that all tests share, and but for [#WEB] a tenant of that name.
enum Door {
    /// Anonymous clients may do everything; default limits.
    OPEN,
    /// Users with passwords: `eric` may do everything, `narrow` only `mine/#`.
    GUARDED,
    /// Anonymous, and every limit is small.
    TIGHT,
    /// Anonymous, and no message can be retained; user `dollar` may also publish under `$mine`.
    BARE,
    /// Anonymous, and what a server may do without is not to be had.
    MODEST,
    /// WebSocket, tenant `open`.
    WEB;

    /// The most that a client of [#TIGHT] may send in one packet, in bytes.
    static final int TIGHT_PACKET_BYTES = 4_096;
    /// QoS 1 and 2 messages that a client of [#TIGHT] may have unacknowledged.
    static final int TIGHT_RECEIVE_MAXIMUM = 3;
    /// Topic aliases that a client of [#TIGHT] may define.
    static final int TIGHT_TOPIC_ALIASES = 5;
    /// The longest keep alive at [#TIGHT].
    static final int TIGHT_KEEP_ALIVE_SECONDS = 1;
    /// The longest life of a session at [#TIGHT] without its client.
    static final int TIGHT_SESSION_EXPIRY_SECONDS = 60;
    /// The longest client id at [#TIGHT].
    static final int TIGHT_CLIENT_ID_BYTES = 40;

    static final String CONFIGURATION = """
            data: data
            domain: mq.test
            listeners:
              - {name: open, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: open}
              - {name: guarded, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: guarded}
              - {name: tight, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: tight}
              - {name: bare, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: bare}
              - {name: modest, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: modest}
              - {name: web, protocol: ws, host: 127.0.0.1, port: 0, tenant: open}
            tenants:
              - name: open
                anonymous: true
              - name: guarded
                users:
                  - {name: eric, password: secret}
                  - {name: narrow, password: secret, publish: [mine/#], subscribe: [mine/#]}
              - name: bare
                anonymous: true
                users: [{name: dollar, password: secret, publish: ["#", "$mine/#"]}]
                limits: {retained-messages-max: 0}
              - name: tight
                anonymous: true
                limits:
                  packet-bytes-max: %d
                  receive-maximum: %d
                  topic-alias-maximum: %d
                  keep-alive-seconds-max: %d
                  session-expiry-seconds-max: %d
                  client-id-bytes-max: %d
              - name: modest
                anonymous: true
                limits:
                  topic-alias-maximum: 0
                  qos-max: 1
                  retain: false
                  wildcard-subscriptions: false
                  subscription-identifiers: false
                  shared-subscriptions: false
                  response-topic-prefix: answers/%%c/
            """.formatted(TIGHT_PACKET_BYTES, TIGHT_RECEIVE_MAXIMUM, TIGHT_TOPIC_ALIASES, TIGHT_KEEP_ALIVE_SECONDS,
            TIGHT_SESSION_EXPIRY_SECONDS, TIGHT_CLIENT_ID_BYTES);
}
