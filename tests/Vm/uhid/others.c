/* A blink(1) light, a dcttech USB relay with two relays, and an LCUS relay as HID device. */
#include "uhid.h"

#include <stdio.h>
#include <string.h>

static const uint8_t blink_descriptor[] = {
    0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x85, 0x01, 0x09, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08, 0xb1, 0x02, 0xc0};

static void say(const char *word, const uint8_t *report, size_t size)
{
    printf("%s", word);
    for (size_t i = 0; i < size; i++) printf(" %02x", report[i]);
    puts("");
}

static int blink_get(uint8_t number, uint8_t *report)
{
    memset(report, 0, 9);
    report[0] = number;
    return 9;
}

static void blink_set(const uint8_t *report, size_t size) { say("light", report, size); }

const struct device blink = {"blink", 0x27b8, 0x01ed, blink_descriptor, sizeof blink_descriptor, blink_get, blink_set, NULL};

/* 8 bytes each way, without report numbers. */
static const uint8_t plain_descriptor[] = {
    0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08, 0xb1, 0x02,
    0x09, 0x03, 0x95, 0x08, 0x91, 0x02, 0x09, 0x04, 0x95, 0x08, 0x81, 0x02, 0xc0};

static uint8_t relays;

static void relays_are(uint8_t mask)
{
    relays = mask;
    printf("relays %02x\n", relays);
}

/* Five characters of identity, and the state in the eighth byte. */
static int usbrelay_get(uint8_t number, uint8_t *report)
{
    (void)number;
    memcpy(report, "BYXEL\0\0", 7);
    report[7] = relays;
    return 8;
}

static void usbrelay_set(const uint8_t *report, size_t size)
{
    if (size > 8 || (size && report[0] == 0)) report++, size--; /* the unused report number */
    if (size < 2) return;
    if (report[0] == 0xff) relays_are(relays | 1 << (report[1] - 1));
    else if (report[0] == 0xfd) relays_are(relays & ~(1 << (report[1] - 1)));
    else if (report[0] == 0xfe) relays_are(3);
    else if (report[0] == 0xfc) relays_are(0);
    else say("unknown", report, size);
}

const struct device usbrelay = {
    "www.dcttech.com USBRelay2", 0x16c0, 0x05df, plain_descriptor, sizeof plain_descriptor, usbrelay_get, usbrelay_set, NULL};

static void lcus_set(const uint8_t *report, size_t size)
{
    if (size && report[0] == 0) report++, size--;
    if (size >= 4 && report[0] == 0xa0 && (uint8_t)(0xa0 + report[1] + report[2]) == report[3])
        relays_are(report[2] ? relays | 1 << (report[1] - 1) : relays & ~(1 << (report[1] - 1)));
    else if (size >= 1 && report[0] == 0xff) {
        uint8_t reply[8] = {relays & 1, relays >> 1 & 1};
        device_input(reply, sizeof reply);
    } else say("unknown", report, size);
}

const struct device lcus = {"lcus", 0x5131, 0x2007, plain_descriptor, sizeof plain_descriptor, NULL, lcus_set, NULL};
