package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// An uplink without a modem: names lead to ports of this computer. Everything else does not exist.
final class Straight implements Uplink {
    final Map<String, Integer> ports = new ConcurrentHashMap<>();
    volatile boolean ready = true;

    @Override
    public Socket socket() throws IOException {
        if (!ready) {
            throw new UplinkDown("no SIM card", null);
        }
        return new Socket() {
            @Override
            public void connect(SocketAddress to, int timeoutMillis) throws IOException {
                InetSocketAddress address = (InetSocketAddress) to;
                if (!address.isUnresolved()) {
                    throw new IOException(address + " was resolved");
                }
                Integer port = ports.get(address.getHostString());
                if (port == null) {
                    throw new UnknownHostException(address.getHostString());
                }
                super.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
            }
        };
    }

    @Override
    public State state() {
        return new State(ready, ready ? "registered" : "no SIM card", ready ? -71 : null, 1);
    }
}
