package dev.gatehouse.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// Somebody who types commands into a simulated modem, over TCP.
public final class User implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final StringBuilder heard = new StringBuilder();

    public User(Simulator simulator) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        socket.setTcpNoDelay(true);
        socket.setSendBufferSize(16 * 1024);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /// @param octets characters 0 to 255
    public void type(String octets) throws IOException {
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /// Everything up to and including that text.
    public String until(String text) throws IOException {
        byte[] buffer = new byte[4096];
        while (heard.indexOf(text) < 0) {
            int bytes;
            try {
                bytes = in.read(buffer);
            } catch (SocketTimeoutException late) {
                throw new AssertionError("waited for <" + text + ">, heard <" + heard + ">", late);
            }
            if (bytes < 0) {
                throw new AssertionError("the line ended; heard <" + heard + ">");
            }
            heard.append(new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1));
        }
        int end = heard.indexOf(text) + text.length();
        String all = heard.substring(0, end);
        heard.delete(0, end);
        return all;
    }

    /// Types a command and waits for that text.
    public String command(String command, String until) throws IOException {
        type(command + "\r");
        return until(until);
    }

    /// Types a command and waits for `OK`.
    public String command(String command) throws IOException {
        return command(command, "\r\nOK\r\n");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
