package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Will;

/// Why a CONNECT is refused because of its will: later there is nobody left who could be told.
///
/// @param why for the trail
/// @param reason for CONNACK
record WillRefusal(Ending ending, ReasonCode reason, String why) {
    /// What a PUBLISH of the same kind would be refused for; null when the will can be published.
    static @Nullable WillRefusal of(Will will, Grants grants, TenantLimits limits) {
        TenantLimits.Features features = limits.features();
        if (will.qos().compareTo(features.qosMax()) > 0) { // [MQTT-3.2.2-12]
            return new WillRefusal(Ending.QOS_NOT_SUPPORTED, ReasonCode.QOS_NOT_SUPPORTED, "QoS " + will.qos().level()
                    + ", the highest that the tenant allows is " + features.qosMax().level());
        }
        if (will.retain() && !features.retain()) { // [MQTT-3.2.2-13]
            return new WillRefusal(Ending.RETAIN_NOT_SUPPORTED, ReasonCode.RETAIN_NOT_SUPPORTED,
                    "RETAIN is set, and the tenant has no retained messages");
        }
        String unwilling = Inbound.whyNotPublish(will.topic(), grants, limits);
        if (unwilling != null) {
            return new WillRefusal(Ending.WILL_NOT_PERMITTED, ReasonCode.NOT_AUTHORIZED, unwilling);
        }
        boolean isAsItSays = will.properties().payloadFormat() != 1
                || ByteBufUtil.isText(Unpooled.wrappedBuffer(will.payload().shared()), StandardCharsets.UTF_8);
        return isAsItSays
                ? null
                : new WillRefusal(Ending.PAYLOAD_FORMAT_INVALID, ReasonCode.PAYLOAD_FORMAT_INVALID, Inbound.NOT_UTF8);
    }
}
