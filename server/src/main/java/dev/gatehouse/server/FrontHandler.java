package dev.gatehouse.server;

import java.net.InetSocketAddress;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.CharsetUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.server.access.Resolution;
import dev.gatehouse.server.config.Listener;
import dev.gatehouse.tls.ClientHello;
import dev.gatehouse.tls.ClientHelloParser;
import dev.gatehouse.tls.FirstBytes;
import dev.gatehouse.tls.Hello;
import dev.gatehouse.tls.ServerName;
import dev.gatehouse.tls.TlsNames;

/// The first to see a connection's bytes: PROXY header, what is spoken, the ClientHello and with it the tenant. Builds
/// the rest of the pipeline and leaves it.
///
/// - **Thread:** the channel's event loop.
/// - **Buffers:** keeps what came until it knows enough, at most what [ClientHelloParser] looks at; hands it on whole.
final class FrontHandler extends ChannelInboundHandlerAdapter implements OnWire {
    private final Wire wire;
    private @Nullable ByteBuf held;
    private boolean proxyRead;

    FrontHandler(Wire wire) {
        this.wire = wire;
    }

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        wire.startDeadline(() -> late(ctx));
        ctx.fireChannelActive();
    }

    /// The time for CONNECT has passed, wherever the connection stands.
    private void late(ChannelHandlerContext ctx) {
        MqttHandler mqtt = ctx.pipeline().get(MqttHandler.class);
        if (mqtt == null || !mqtt.late()) {
            noteFirstBytes();
            wire.close(wire.phase().late(), Fact.Ended.How.TIMEOUT,
                    "after " + wire.house().configuration().connectTimeoutMillis() + " ms");
        }
    }

    private void noteFirstBytes() {
        if (wire.phase() == Phase.SILENT) {
            wire.note(new Fact.FirstBytes("nothing", 0));
        } else if (wire.phase() == Phase.FIRST_BYTES && held != null) {
            wire.note(new Fact.FirstBytes("unknown", held.readableBytes()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case HAProxyMessage header -> {
                try {
                    proxied(header);
                } finally {
                    header.release();
                }
            }
            case ByteBuf bytes when !wire.isOver() -> {
                wire.traffic().bytesIn += bytes.readableBytes();
                ByteBuf before = held;
                held = before == null
                        ? bytes
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
                look(ctx);
            }
            // What comes while the last answer leaves is nobody's.
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void look(ChannelHandlerContext ctx) {
        ByteBuf bytes = held;
        if (bytes == null || wire.isOver()) {
            return;
        }
        FirstBytes kind = FirstBytes.classify(bytes);
        Listener.ProxyProtocol policy = wire.listener().proxyProtocol();
        boolean proxy = kind == FirstBytes.PROXY_V1 || kind == FirstBytes.PROXY_V2;
        if (proxy) {
            startProxy(ctx, bytes, policy);
        } else if (kind == FirstBytes.NOTHING || kind == FirstBytes.UNDECIDED) {
            wire.phase(Phase.FIRST_BYTES);
        } else if (!proxyRead && policy == Listener.ProxyProtocol.REQUIRED) {
            wire.note(new Fact.ProxyProblem("the connection does not begin with a PROXY header"));
            end(Ending.PROXY_HEADER_MISSING, "listener " + wire.listener().name() + " requires one");
        } else if (wire.listener().protocol().isTls()) {
            onTls(ctx, bytes, kind);
        } else if (wire.listener().protocol().isWebSocket()) {
            onWebSocket(ctx, bytes, kind);
        } else {
            onMqtt(ctx, bytes, kind);
        }
    }

    private void startProxy(ChannelHandlerContext ctx, ByteBuf bytes, Listener.ProxyProtocol policy) {
        if (proxyRead || policy == Listener.ProxyProtocol.OFF) {
            noteKind("proxy", bytes);
            wire.note(
                    new Fact.ProxyProblem(proxyRead ? "a second PROXY header" : "this listener takes no PROXY header"));
            end(Ending.PROXY_HEADER_UNEXPECTED, "listener " + wire.listener().name());
            return;
        }
        if (!trusted()) {
            noteKind("proxy", bytes);
            wire.note(new Fact.ProxyProblem("the address that sent it is not among the trusted proxies"));
            end(Ending.PROXY_HEADER_UNTRUSTED, wire.remote());
            return;
        }
        wire.phase(Phase.PROXY);
        held = null;
        wire.traffic().bytesIn -= bytes.readableBytes();
        ctx.pipeline().addBefore(ctx.name(), "proxy", new HAProxyMessageDecoder());
        ctx.pipeline().fireChannelRead(bytes);
    }

    private boolean trusted() {
        return wire.channel().remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null
                && wire.listener().trustedProxies().stream().anyMatch(range -> range.contains(peer.getAddress()));
    }

    private void proxied(HAProxyMessage header) {
        proxyRead = true;
        wire.phase(Phase.BEFORE_CONNECT);
        boolean local = header.command() == HAProxyCommand.LOCAL || header.sourceAddress() == null;
        String source = local ? null : Wire.text(header.sourceAddress(), header.sourcePort());
        String destination = local ? null : Wire.text(header.destinationAddress(), header.destinationPort());
        String authority = authority(header.tlvs());
        int version = header.protocolVersion() == io.netty.handler.codec.haproxy.HAProxyProtocolVersion.V1 ? 1 : 2;
        wire.behindProxy(source, authority);
        wire.note(new Fact.ProxyHeader(version, source, destination, authority, true));
    }

    private static @Nullable String authority(List<HAProxyTLV> tlvs) {
        for (HAProxyTLV tlv : tlvs) {
            if (tlv.type() == HAProxyTLV.Type.PP2_TYPE_AUTHORITY) {
                return tlv.content().toString(CharsetUtil.US_ASCII);
            }
        }
        return null;
    }

    // ------------------------------------------------------------------------------------------------ TLS listeners

    private void onTls(ChannelHandlerContext ctx, ByteBuf bytes, FirstBytes kind) {
        switch (kind) {
            case TLS -> hello(ctx, bytes);
            case SSL2 -> {
                noteKind("tls", bytes);
                wire.note(new Fact.HelloMalformed("a ClientHello in the format of SSL 2"));
                wire.closeWith(WrongPort.alert(ctx.alloc(), WrongPort.PROTOCOL_VERSION), Ending.TLS_VERSION_TOO_OLD,
                        "SSL 2 or 3");
            }
            case MQTT, MQTT_NOT_CONNECT -> {
                noteKind("mqtt", bytes);
                WrongPort.answerMqtt(wire, bytes, Ending.MQTT_ON_TLS_PORT);
            }
            case HTTP, HTTP2 -> {
                noteKind("http", bytes);
                wire.closeWith(WrongPort.http(ctx.alloc(), "This port speaks TLS. Use https:// or wss://."),
                        Ending.HTTP_ON_TLS_PORT, "");
            }
            case SSH, UNKNOWN, NOTHING, UNDECIDED, PROXY_V1, PROXY_V2 -> other(bytes, kind);
        }
    }

    private void hello(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (wire.phase() != Phase.HELLO) {
            wire.phase(Phase.HELLO);
            noteKind("tls", bytes);
        }
        switch (ClientHelloParser.parse(bytes)) {
            case Hello.NeedMore _ -> {
            }
            case Hello.NotTls(String why) -> malformed(ctx, why);
            case Hello.Malformed(String why) -> malformed(ctx, why);
            case Hello.Complete(ClientHello hello) -> {
                noteHello(hello);
                ServerName name = hello.serverName();
                TlsHandler.Offer offer = new TlsHandler.Offer(hello.highestVersion());
                boolean custom = tenantBy(name);
                var tenant = wire.tenant();
                var context = tenant != null && custom
                        ? wire.house().contexts().forTenant(tenant.name())
                        : wire.house().contexts().standard();
                wire.phase(Phase.HANDSHAKE);
                TlsHandler.install(ctx.pipeline(), wire, context, offer);
                leave(ctx);
            }
        }
    }

    private void malformed(ChannelHandlerContext ctx, String why) {
        wire.note(new Fact.HelloMalformed(why));
        wire.closeWith(WrongPort.alert(ctx.alloc(), WrongPort.DECODE_ERROR), Ending.HELLO_MALFORMED, why);
    }

    private void noteHello(ClientHello hello) {
        ServerName name = hello.serverName();
        List<Integer> versions = hello.supportedVersions().isEmpty()
                ? List.of(hello.legacyVersion())
                : hello.supportedVersions();
        wire.note(new Fact.ClientHelloSeen(name.printed(), switch (name) {
            case ServerName.Absent _ -> "absent";
            case ServerName.HostName _ -> "host-name";
            case ServerName.IpAddress _ -> "address";
            case ServerName.Empty _,ServerName.Invalid _ -> "invalid";
        }, hello.alpn(), versions.stream().map(TlsNames::version).toList(), hello.cipherSuites().size(), hello.ja4(),
                hello.summary()));
    }

    /// Finds the tenant of a server name.
    ///
    /// @return whether it is one of the tenant's own host names
    private boolean tenantBy(ServerName name) {
        switch (name) {
            case ServerName.Absent _ -> wire.undecided(Fact.TenantUndecided.Why.NO_SERVER_NAME, "");
            case ServerName.Empty _ -> wire.undecided(Fact.TenantUndecided.Why.NO_SERVER_NAME, "an empty name");
            case ServerName.IpAddress(String sent) ->
                wire.undecided(Fact.TenantUndecided.Why.ADDRESS_AS_SERVER_NAME, sent);
            case ServerName.Invalid(String printable, String why) ->
                wire.undecided(Fact.TenantUndecided.Why.INVALID_SERVER_NAME, printable + ": " + why);
            case ServerName.HostName(String sent, String host) -> {
                return lookUp(sent, host, Fact.TenantDecided.By.SERVER_NAME, Fact.TenantDecided.By.CUSTOM_HOST);
            }
        }
        return false;
    }

    /// @param sent the name as it came
    /// @param host the same in the form in which names are compared
    /// @return whether it is one of a tenant's own host names
    private boolean lookUp(String sent, String host, Fact.TenantDecided.By bySubdomain,
            Fact.TenantDecided.By byCustomHost) {
        return switch (wire.house().directory().byServerName(host)) {
            case Resolution.BySubdomain(var tenant) -> {
                wire.decided(tenant, bySubdomain);
                yield false;
            }
            case Resolution.ByCustomHost(var tenant, _) -> {
                wire.decided(tenant, byCustomHost);
                yield true;
            }
            case Resolution.Unknown _ -> {
                wire.undecided(Fact.TenantUndecided.Why.UNKNOWN_SERVER_NAME, sent);
                yield false;
            }
        };
    }

    // ---------------------------------------------------------------------------------------------- other listeners

    private void onMqtt(ChannelHandlerContext ctx, ByteBuf bytes, FirstBytes kind) {
        switch (kind) {
            case MQTT, MQTT_NOT_CONNECT -> {
                noteKind("mqtt", bytes);
                tenantOfListener();
                ctx.pipeline().addLast("mqtt", new MqttHandler(wire));
                leave(ctx);
            }
            case TLS, SSL2 -> {
                noteKind("tls", bytes);
                if (ClientHelloParser.parse(bytes) instanceof Hello.Complete(ClientHello hello)) {
                    noteHello(hello);
                }
                wire.closeWith(WrongPort.alert(ctx.alloc(), WrongPort.UNEXPECTED_MESSAGE), Ending.TLS_ON_MQTT_PORT, "");
            }
            case HTTP, HTTP2 -> {
                noteKind("http", bytes);
                wire.closeWith(WrongPort.http(ctx.alloc(), "This port speaks MQTT, not HTTP."),
                        Ending.HTTP_ON_MQTT_PORT,
                        "");
            }
            case SSH, UNKNOWN, NOTHING, UNDECIDED, PROXY_V1, PROXY_V2 -> other(bytes, kind);
        }
    }

    private void onWebSocket(ChannelHandlerContext ctx, ByteBuf bytes, FirstBytes kind) {
        switch (kind) {
            case HTTP -> {
                noteKind("http", bytes);
                tenantOfListener();
                wire.phase(Phase.HTTP);
                WebSocketHandler.install(ctx.pipeline(), wire);
                leave(ctx);
            }
            case HTTP2 -> {
                noteKind("http", bytes);
                wire.close(Ending.WS_NOT_AN_UPGRADE, Fact.Ended.How.SERVER_CLOSE, "HTTP/2");
            }
            case MQTT, MQTT_NOT_CONNECT -> {
                noteKind("mqtt", bytes);
                WrongPort.answerMqtt(wire, bytes, Ending.MQTT_ON_WS_PORT);
            }
            case TLS, SSL2 -> {
                noteKind("tls", bytes);
                wire.closeWith(WrongPort.alert(ctx.alloc(), WrongPort.UNEXPECTED_MESSAGE), Ending.TLS_ON_WS_PORT, "");
            }
            case SSH, UNKNOWN, NOTHING, UNDECIDED, PROXY_V1, PROXY_V2 -> other(bytes, kind);
        }
    }

    private void other(ByteBuf bytes, FirstBytes kind) {
        boolean ssh = kind == FirstBytes.SSH;
        noteKind(ssh ? "ssh" : "unknown", bytes);
        end(ssh ? Ending.SSH_RECEIVED : Ending.UNKNOWN_BYTES, "");
    }

    /// Without TLS the listener says the tenant, or the proxy in front passed the server name on; else the user name
    /// will have to.
    private void tenantOfListener() {
        String fixed = wire.listener().tenant();
        if (fixed != null) {
            var tenant = wire.house().directory().byName(fixed);
            if (tenant != null) {
                wire.decided(tenant, Fact.TenantDecided.By.LISTENER);
            }
            return;
        }
        String authority = wire.authority();
        if (authority != null) {
            lookUp(authority, authority, Fact.TenantDecided.By.PROXY_AUTHORITY,
                    Fact.TenantDecided.By.PROXY_AUTHORITY);
        }
    }

    private void noteKind(String kind, ByteBuf bytes) {
        wire.note(new Fact.FirstBytes(kind, bytes.readableBytes()));
    }

    private void end(Ending ending, String detail) {
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
    }

    /// Hands what is held to the handlers behind, and goes.
    private void leave(ChannelHandlerContext ctx) {
        ByteBuf bytes = held;
        held = null;
        if (bytes != null) {
            wire.traffic().bytesIn -= bytes.readableBytes();
            ctx.fireChannelRead(bytes);
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        noteFirstBytes();
        wire.over(wire.phase().left(), Fact.Ended.By.CLIENT, Fact.Ended.How.FIN, "");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (wire.phase() == Phase.PROXY) {
            wire.note(new Fact.ProxyProblem("the PROXY header cannot be read"));
            end(Ending.PROXY_HEADER_MALFORMED, "");
            return;
        }
        Failures.ended(wire, cause);
        ctx.close();
    }
}
