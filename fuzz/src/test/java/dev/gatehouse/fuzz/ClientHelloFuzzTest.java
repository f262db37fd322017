package dev.gatehouse.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.gatehouse.tls.ClientHello;
import dev.gatehouse.tls.ClientHelloParser;
import dev.gatehouse.tls.FirstBytes;
import dev.gatehouse.tls.Hello;
import dev.gatehouse.tls.RecordTap;

class ClientHelloFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void any_bytes_are_a_hello_or_are_refused_with_a_sentence(byte[] bytes) {
        read(bytes);
    }

    /// The same bytes as the contents of a well-formed message, which gets them past the headers.
    @FuzzTest(maxDuration = "20s")
    void any_message_is_a_hello_or_is_refused_with_a_sentence(byte[] body) {
        int length = Math.min(body.length, 16_380);
        ByteBuf record = Unpooled.buffer().writeByte(22).writeShort(0x0301).writeShort(length + 4).writeByte(1)
                .writeMedium(length).writeBytes(body, 0, length);
        byte[] bytes = new byte[record.readableBytes()];
        record.readBytes(bytes);
        Hello hello = read(bytes);
        require(hello instanceof Hello.Complete || hello instanceof Hello.Malformed, hello.toString());
    }

    @FuzzTest(maxDuration = "20s")
    void a_tap_sees_the_same_in_one_piece_and_byte_by_byte(byte[] bytes) {
        RecordTap whole = new RecordTap();
        whole.see(Unpooled.wrappedBuffer(bytes));
        RecordTap single = new RecordTap();
        for (int i = 0; i < bytes.length; i++) {
            single.see(Unpooled.wrappedBuffer(bytes, i, 1));
        }
        require(whole.alerts().equals(single.alerts()) && whole.alertsSeen() == single.alertsSeen()
                && whole.isLost() == single.isLost(), whole.alerts() + " and " + single.alerts());
    }

    private static Hello read(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        Hello hello = ClientHelloParser.parse(in);
        require(in.readerIndex() == 0 && in.refCnt() == 1, "the input is borrowed");
        switch (hello) {
            case Hello.NeedMore(int more) -> require(more > 0, "bytes still missing: " + more);
            case Hello.NotTls(String why) -> requirePrintable(why);
            case Hello.Malformed(String why) -> requirePrintable(why);
            case Hello.Complete(ClientHello complete) -> {
                requirePrintable(complete.summary());
                requirePrintable(complete.ja4());
                String name = complete.serverName().printed();
                requirePrintable(name == null ? "" : name);
                require(FirstBytes.classify(in) == FirstBytes.TLS, "a hello is TLS");
            }
        }
        return hello;
    }

    private static void requirePrintable(String text) {
        require(text.length() <= 500 && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f), text);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
