package dev.gatehouse.doctor.explain;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// What is inside of gzip, as far as it can be unpacked: a file that is cut or damaged ends there.
final class Unpacked extends FilterInputStream {
    private static final int HEADER_BYTES = 10;
    private static final int DEFLATE = 8;

    private boolean ended;

    private Unpacked(GZIPInputStream in) {
        super(in);
    }

    /// The same stream when it is not packed.
    static BufferedInputStream of(BufferedInputStream in) throws IOException {
        in.mark(HEADER_BYTES);
        byte[] header = in.readNBytes(HEADER_BYTES);
        in.reset();
        // Without optional fields, or with a name: RFC 1952 §2.3.1. Anything else is read as it is.
        boolean packed = header.length == HEADER_BYTES && (header[0] & 0xff) == 0x1f && (header[1] & 0xff) == 0x8b
                && header[2] == DEFLATE && (header[3] & 0xf6) == 0;
        return packed ? new BufferedInputStream(opened(in), 1 << 16) : in;
    }

    private static InputStream opened(BufferedInputStream in) throws IOException {
        try {
            return new Unpacked(new GZIPInputStream(in, 1 << 16));
        } catch (ZipException | EOFException damaged) {
            return InputStream.nullInputStream();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        try {
            return super.read(into, offset, length);
        } catch (ZipException | EOFException damaged) {
            ended = true;
            return -1;
        }
    }
}
