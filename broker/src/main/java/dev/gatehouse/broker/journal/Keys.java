package dev.gatehouse.broker.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The keys under which the journal keeps its records. Numbers are 8 bytes, big end first, so that they sort.
final class Keys {
    /// What of a session never changes; see [#identity].
    static final byte IDENTITY = 0;
    /// What changes with each connection; see [#state].
    static final byte STATE = 1;

    private Keys() {}

    static byte[] number(long number) {
        return ByteBuffer.allocate(8).putLong(number).array();
    }

    static byte[] identity(long session) {
        return ByteBuffer.allocate(9).putLong(session).put(IDENTITY).array();
    }

    static byte[] state(long session) {
        return ByteBuffer.allocate(9).putLong(session).put(STATE).array();
    }

    /// A place in a session's queue.
    static byte[] place(long session, long sequence) {
        return ByteBuffer.allocate(16).putLong(session).putLong(sequence).array();
    }

    static byte[] release(long session, int packetId) {
        return ByteBuffer.allocate(10).putLong(session).putShort((short) packetId).array();
    }

    static byte[] subscription(long session, String filter) {
        byte[] text = filter.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length).putLong(session).put(text).array();
    }

    static byte[] retained(String tenant, String topic) {
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        byte[] text = topic.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + text.length).put(name).put((byte) 0).put(text).array();
    }

    /// The first key that a tenant's retained messages can have, and with 1 the first that they cannot.
    static byte[] tenant(String tenant, int after) {
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1).put(name).put((byte) after).array();
    }

    /// The number at the beginning of a key.
    static long numberOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static long sequenceOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong(8);
    }

    static int packetIdOf(byte[] key) {
        return Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(8));
    }

    /// The tenant's name in a key of [#retained].
    static String tenantOf(byte[] key) {
        int end = 0;
        while (key[end] != 0) {
            end++;
        }
        return new String(key, 0, end, StandardCharsets.UTF_8);
    }
}
