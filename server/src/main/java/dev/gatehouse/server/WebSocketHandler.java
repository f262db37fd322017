package dev.gatehouse.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.util.ReferenceCountUtil;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;

/// MQTT over WebSocket: answers the upgrade, then takes MQTT bytes out of binary frames and puts them into such.
///
/// - **Thread:** the channel's event loop.
/// - **Source:** MQTT 5 §6; RFC 6455.
final class WebSocketHandler extends ChannelDuplexHandler implements OnWire {
    private static final String PATH = "/mqtt";
    /// What MQTT clients ask for, and that of MQTT 3.1 for those that do not know the registered name.
    private static final String SUBPROTOCOL = "mqtt";
    private static final String SUBPROTOCOL_3_1 = "mqttv3.1";
    private static final int LINE_BYTES_MAX = 4_096;
    private static final int HEADER_BYTES_MAX = 8_192;
    /// WebSocket close codes, RFC 6455 §7.4.1.
    private static final int UNSUPPORTED_DATA = 1_003;
    private static final int PROTOCOL_ERROR = 1_002;
    private static final int TOO_LARGE = 1_009;

    private final Wire wire;
    private final int frameBytesMax;
    private boolean open;

    private WebSocketHandler(Wire wire) {
        this.wire = wire;
        this.frameBytesMax = wire.house().configuration().limits().packetBytesMax() + 16;
    }

    @Override
    public Wire wire() {
        return wire;
    }

    /// Adds the HTTP codec and this handler to the end of the pipeline.
    static void install(ChannelPipeline pipeline, Wire wire) {
        pipeline.addLast("http", new HttpServerCodec(LINE_BYTES_MAX, HEADER_BYTES_MAX, LINE_BYTES_MAX));
        pipeline.addLast("request", new HttpObjectAggregator(LINE_BYTES_MAX));
        pipeline.addLast("websocket", new WebSocketHandler(wire));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case FullHttpRequest request -> {
                try {
                    upgrade(ctx, request);
                } finally {
                    request.release();
                }
            }
            case BinaryWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
            case ContinuationWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
            case PingWebSocketFrame ping -> ctx.writeAndFlush(new PongWebSocketFrame(ping.content()));
            case CloseWebSocketFrame close -> closed(ctx, close);
            case TextWebSocketFrame text -> {
                text.release();
                refuseFrame(ctx, UNSUPPORTED_DATA, Ending.WS_TEXT_FRAME, "MQTT needs binary frames [MQTT-6.0.0-1]");
            }
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (wire.isOver()) {
            return;
        }
        List<String> offered = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(","))).map(String::strip).filter(name -> !name.isEmpty())
                .toList();
        String path = path(request.uri());
        wire.note(new Fact.HttpRequest(request.method().name(), path, request.headers().get(HttpHeaderNames.HOST),
                offered));
        if (request.decoderResult().isFailure()) {
            answer(ctx, HttpResponseStatus.BAD_REQUEST, Ending.WS_MALFORMED, "the HTTP request cannot be read");
        } else if (!path.equals(PATH)) {
            answer(ctx, HttpResponseStatus.NOT_FOUND, Ending.WS_WRONG_PATH, "MQTT over WebSocket is at " + PATH);
        } else if (!isUpgrade(request)) {
            answer(ctx, HttpResponseStatus.UPGRADE_REQUIRED, Ending.WS_NOT_AN_UPGRADE,
                    "this is an MQTT service: connect with a WebSocket, subprotocol mqtt");
        } else if (!offered.contains(SUBPROTOCOL) && !offered.contains(SUBPROTOCOL_3_1)) {
            answer(ctx, HttpResponseStatus.BAD_REQUEST, Ending.WS_WRONG_SUBPROTOCOL,
                    "the client has to offer the WebSocket subprotocol mqtt [MQTT-6.0.0-3]");
        } else {
            open(ctx, request, path, offered.contains(SUBPROTOCOL) ? SUBPROTOCOL : SUBPROTOCOL_3_1);
        }
    }

    /// @param subprotocol the one that is chosen, whatever else the client offers and in which order [MQTT-6.0.0-4]
    private void open(ChannelHandlerContext ctx, FullHttpRequest request, String path, String subprotocol) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(frameBytesMax)
                .allowExtensions(false).closeOnProtocolViolation(false).build();
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory("ws://gatehouse" + PATH,
                subprotocol, config).newHandshaker(request);
        if (handshaker == null) {
            answer(ctx, HttpResponseStatus.UPGRADE_REQUIRED, Ending.WS_NOT_AN_UPGRADE,
                    "this version of WebSocket is not supported: use 13");
            return;
        }
        ctx.pipeline().remove("request");
        handshaker.handshake(ctx.channel(), request);
        open = true;
        wire.note(new Fact.WebSocketOpened(path));
        wire.phase(Phase.BEFORE_CONNECT);
        wire.traffic().bytesIn = 0;
        ctx.pipeline().addLast("mqtt", new MqttHandler(wire));
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static boolean isUpgrade(FullHttpRequest request) {
        return request.method().equals(HttpMethod.GET) && request.headers()
                .getAllAsString(HttpHeaderNames.UPGRADE).stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("websocket"));
    }

    private void answer(ChannelHandlerContext ctx, HttpResponseStatus status, Ending ending, String why) {
        wire.note(new Fact.WebSocketRefused(status.code(), why));
        String body = why + " (attempt " + wire.attempt() + ")\n";
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status,
                Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers().set(HttpHeaderNames.UPGRADE, "websocket").set(HttpHeaderNames.SEC_WEBSOCKET_VERSION,
                    "13");
        }
        ctx.write(response);
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, why);
    }

    private void closed(ChannelHandlerContext ctx, CloseWebSocketFrame close) {
        MqttHandler mqtt = ctx.pipeline().get(MqttHandler.class);
        if (mqtt != null) {
            mqtt.left(Fact.Ended.By.CLIENT, Fact.Ended.How.WEBSOCKET_CLOSE);
        }
        ctx.writeAndFlush(close).addListener(_ -> ctx.close());
    }

    private void refuseFrame(ChannelHandlerContext ctx, int code, Ending ending, String why) {
        if (wire.isOver()) {
            return;
        }
        wire.note(new Fact.WebSocketRefused(code, why));
        ctx.write(new CloseWebSocketFrame(code, why));
        MqttHandler mqtt = ctx.pipeline().get(MqttHandler.class);
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, why);
        if (mqtt != null) {
            mqtt.gone();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(open && message instanceof ByteBuf bytes && bytes.isReadable()
                ? new BinaryWebSocketFrame(bytes)
                : message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!open) {
            wire.over(wire.phase().left(), Fact.Ended.By.CLIENT, Fact.Ended.How.FIN, "");
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException corrupted
                && corrupted.closeStatus().code() == WebSocketCloseStatus.MESSAGE_TOO_BIG.code()) {
            refuseFrame(ctx, TOO_LARGE, Ending.WS_FRAME_TOO_LARGE, "a frame larger than " + frameBytesMax + " bytes");
        } else if (cause instanceof CorruptedFrameException) {
            refuseFrame(ctx, PROTOCOL_ERROR, Ending.WS_MALFORMED, "a frame against the rules of RFC 6455");
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
