package dev.gatehouse.server;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.ReasonCode;

/// Last words to a client that speaks another protocol than the port's, in the protocol that it speaks.
final class WrongPort {
    /// TLS alerts, RFC 8446 §6.
    static final int UNEXPECTED_MESSAGE = 10;
    static final int DECODE_ERROR = 50;
    static final int PROTOCOL_VERSION = 70;

    private WrongPort() {}

    /// A fatal TLS alert in plaintext.
    static ByteBuf alert(ByteBufAllocator allocator, int number) {
        return allocator.buffer(7).writeByte(21).writeShort(0x0301).writeShort(2).writeByte(2).writeByte(number);
    }

    /// An HTTP/1.1 answer 400 with one line of text.
    static ByteBuf http(ByteBufAllocator allocator, String text) {
        String body = text + "\n";
        String answer = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body;
        return allocator.buffer(answer.length()).writeBytes(answer.getBytes(StandardCharsets.UTF_8));
    }

    /// Answers a CONNECT with a CONNACK that refuses it, if all of it is there; else just closes.
    static void answerMqtt(Wire wire, ByteBuf bytes, Ending ending) {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 65_536);
        try {
            if (reader.read(bytes) instanceof Packet.Connect connect) {
                wire.received(connect);
                wire.note(Arrival.fact(connect));
                Packet.Connack connack = new Packet.Connack(false, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                        ConnackProperties.because(Refusals.text(ending, wire.attempt())));
                ByteBuf answer = wire.channel().alloc().buffer(PacketWriter.bytes(connack, connect.version()));
                PacketWriter.write(connack, connect.version(), answer);
                wire.closeWith(answer, ending, "");
                return;
            }
        } catch (ProtocolViolation violation) {
            // What it says about the packet matters less than the port: the ending below names that.
            wire.closeWith(null, ending, violation.violation().sentence());
            return;
        }
        wire.closeWith(null, ending, "");
    }
}
