/* uhid cp2112|blink|usbrelay|lcus: a pretended HID device for the job "devices"; everything it is told it prints as a line. */
#include "uhid.h"

#include <fcntl.h>
#include <linux/uhid.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fd;

static void put(const struct uhid_event *event)
{
    if (write(fd, event, sizeof *event) < 0) perror("uhid");
}

static void create(const struct device *device)
{
    struct uhid_event event = {.type = UHID_CREATE2};
    struct uhid_create2_req *made = &event.u.create2;
    snprintf((char *)made->name, sizeof made->name, "%s", device->name);
    snprintf((char *)made->phys, sizeof made->phys, "pretended/%s", device->name);
    memcpy(made->rd_data, device->descriptor, device->descriptor_size);
    made->rd_size = device->descriptor_size;
    made->bus = 3; /* BUS_USB: the drivers ask for it */
    made->vendor = device->vendor;
    made->product = device->product;
    put(&event);
}

static void answer(const struct device *device, const struct uhid_event *asked)
{
    struct uhid_event reply = {0};
    if (asked->type == UHID_GET_REPORT) {
        int size = device->get ? device->get(asked->u.get_report.rnum, reply.u.get_report_reply.data) : -1;
        reply.type = UHID_GET_REPORT_REPLY;
        reply.u.get_report_reply.id = asked->u.get_report.id;
        if (size < 0) reply.u.get_report_reply.err = 5; /* EIO */
        else reply.u.get_report_reply.size = size;
        put(&reply);
    } else if (asked->type == UHID_SET_REPORT) {
        device->set(asked->u.set_report.data, asked->u.set_report.size);
        reply.type = UHID_SET_REPORT_REPLY;
        reply.u.set_report_reply.id = asked->u.set_report.id;
        put(&reply);
    } else if (asked->type == UHID_OUTPUT) {
        device->set(asked->u.output.data, asked->u.output.size);
    }
}

void device_input(const uint8_t *report, size_t size)
{
    struct uhid_event event = {.type = UHID_INPUT2};
    memcpy(event.u.input2.data, report, size);
    event.u.input2.size = size;
    put(&event);
}

int device_run(const struct device *device)
{
    struct pollfd ends[2] = {{.events = POLLIN}, {.fd = 0, .events = POLLIN}};
    char line[128];
    fd = open("/dev/uhid", O_RDWR | O_CLOEXEC);
    if (fd < 0) { perror("/dev/uhid"); return 1; }
    ends[0].fd = fd;
    create(device);
    while (poll(ends, 2, -1) > 0) {
        if (ends[0].revents & POLLIN) {
            struct uhid_event event;
            if (read(fd, &event, sizeof event) <= 0) return 1;
            answer(device, &event);
        }
        if (ends[1].revents & (POLLIN | POLLHUP)) {
            if (!fgets(line, sizeof line, stdin)) { ends[1].fd = -1; continue; }
            line[strcspn(line, "\n")] = 0;
            if (!strcmp(line, "quit")) return 0; /* closing /dev/uhid unplugs it */
            if (device->told) device->told(line);
        }
    }
    return 1;
}

int main(int count, char **words)
{
    static const struct { const char *word; const struct device *device; } known[] = {
        {"cp2112", &cp2112}, {"blink", &blink}, {"usbrelay", &usbrelay}, {"lcus", &lcus}};
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0); /* poll must see what fgets has not taken */
    for (size_t i = 0; count == 2 && i < sizeof known / sizeof *known; i++)
        if (!strcmp(words[1], known[i].word)) return device_run(known[i].device);
    fprintf(stderr, "usage: uhid cp2112|blink|usbrelay|lcus\n");
    return 2;
}
