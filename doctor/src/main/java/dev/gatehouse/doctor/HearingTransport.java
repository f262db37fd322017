package dev.gatehouse.doctor;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

import dev.gatehouse.client.Transport;

/// A transport that keeps the first bytes that arrive, as evidence.
final class HearingTransport implements Transport {
    private static final int KEPT_BYTES = 256;

    private final Transport below;
    private final byte[] kept = new byte[KEPT_BYTES];
    private int count;

    HearingTransport(Transport below) {
        this.below = below;
    }

    byte[] heard() {
        return Arrays.copyOf(kept, count);
    }

    @Override
    public InputStream in() throws IOException {
        return new FilterInputStream(below.in()) {
            @Override
            public int read() throws IOException {
                int one = super.read();
                if (one >= 0 && count < KEPT_BYTES) {
                    kept[count++] = (byte) one;
                }
                return one;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = super.read(into, offset, length);
                for (int i = 0; i < read && count < KEPT_BYTES; i++) {
                    kept[count++] = into[offset + i];
                }
                return read;
            }
        };
    }

    @Override
    public OutputStream out() throws IOException {
        return below.out();
    }

    @Override
    public void readMillis(int millis) throws IOException {
        below.readMillis(millis);
    }

    @Override
    public void close() throws IOException {
        below.close();
    }
}
