package dev.gatehouse.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// A connected stream of bytes in both directions, below MQTT.
///
/// - **Threads:** one reads while another one writes; closing ends both from any thread.
public interface Transport extends Closeable {
    /// What arrives. A read ends with [java.net.SocketTimeoutException] after [#readMillis(int)].
    InputStream in() throws IOException;

    /// What is sent; a packet per write, flushed.
    OutputStream out() throws IOException;

    /// Bounds each read.
    ///
    /// @param millis 0 = no bound
    void readMillis(int millis) throws IOException;

    /// A connected socket: TCP, TLS on TCP, or a modem's.
    static Transport over(Socket socket) {
        return new Transport() {
            @Override
            public InputStream in() throws IOException {
                return socket.getInputStream();
            }

            @Override
            public OutputStream out() throws IOException {
                return socket.getOutputStream();
            }

            @Override
            public void readMillis(int millis) throws IOException {
                socket.setSoTimeout(millis);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
