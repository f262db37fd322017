package dev.gatehouse.modem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

/// TLS over a socket that is not connected yet. The JDK puts TLS only on one that is.
///
/// Until then a TLS socket of the JDK that is never connected keeps what the program wishes (protocols, server names, …)
/// and checks it; at [#connect] the wishes go to the real one.
final class SecuredSocket extends SSLSocket {
    private final Socket plain;
    private final SSLSocketFactory factory;
    private final CopyOnWriteArrayList<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    /// The wishes, then the real one.
    private volatile SSLSocket tls;
    private volatile boolean layered;

    /// @param wishes not connected
    SecuredSocket(Socket plain, SSLSocketFactory factory, SSLSocket wishes) {
        this.plain = plain;
        this.factory = factory;
        this.tls = wishes;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress address)) {
            throw new IllegalArgumentException("only internet addresses go through the modem, not " + endpoint);
        }
        plain.connect(endpoint, timeout);
        SSLSocket wishes = tls;
        SSLSocket real = (SSLSocket) factory.createSocket(plain, address.getHostString(), address.getPort(), true);
        real.setUseClientMode(wishes.getUseClientMode());
        real.setSSLParameters(wishes.getSSLParameters());
        real.setEnableSessionCreation(wishes.getEnableSessionCreation());
        listeners.forEach(real::addHandshakeCompletedListener);
        tls = real;
        layered = true;
        wishes.close();
    }

    @Override
    public void close() throws IOException {
        tls.close();
        if (!layered) {
            plain.close();
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return tls.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return tls.getOutputStream();
    }

    @Override
    public void shutdownInput() throws IOException {
        tls.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        tls.shutdownOutput();
    }

    @Override
    public boolean isInputShutdown() {
        return tls.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return tls.isOutputShutdown();
    }

    @Override
    public boolean isClosed() {
        return tls.isClosed() || plain.isClosed();
    }

    // ---- the connection ----

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        plain.bind(local);
    }

    @Override
    public boolean isConnected() {
        return layered;
    }

    @Override
    public boolean isBound() {
        return plain.isBound();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return plain.getInetAddress();
    }

    @Override
    public int getPort() {
        return plain.getPort();
    }

    @Override
    public InetAddress getLocalAddress() {
        return plain.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return plain.getLocalPort();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        plain.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return plain.getSoTimeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        plain.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return plain.getTcpNoDelay();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        plain.setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return plain.getKeepAlive();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        plain.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return plain.getSoLinger();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
        plain.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return plain.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return plain.supportedOptions();
    }

    // ---- TLS ----

    @Override
    public void startHandshake() throws IOException {
        tls.startHandshake();
    }

    @Override
    public SSLSession getSession() {
        return tls.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return tls.getHandshakeSession();
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        return tls.getApplicationProtocol();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        tls.setSSLParameters(parameters);
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls.setEnabledProtocols(protocols);
    }

    /// The listeners hear of the real socket, not of this one.
    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.add(listener);
        if (layered) {
            tls.addHandshakeCompletedListener(listener);
        }
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("no such listener");
        }
        if (layered) {
            tls.removeHandshakeCompletedListener(listener);
        }
    }

    @Override
    public void setUseClientMode(boolean client) {
        tls.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return tls.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        tls.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        tls.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean allowed) {
        tls.setEnableSessionCreation(allowed);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls.getEnableSessionCreation();
    }
}
