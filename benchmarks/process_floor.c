/* The floor under starting and ending a server: posix_spawn, killpg, waitpid, and nothing else.
 *
 * Usage: process_floor ROUNDS PROGRAM ARGUMENT...
 * The program says a line when it is ready. Prints two numbers a round, in microseconds: how long
 * it took to start it, and from the kill until it was reaped.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    for (int round = atoi(argv[1]); round > 0; round--) {
        int line[2];
        char byte = 0;
        pid_t pid;
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        if (pipe2(line, O_CLOEXEC)) return 1;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, line[1], 1);
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        double began = now();
        if (posix_spawn(&pid, argv[2], &actions, &attributes, argv + 2, environ)) return 1;
        double started = now();
        close(line[1]);
        while (byte != '\n' && read(line[0], &byte, 1) == 1) {}
        double ending = now();
        killpg(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        double ended = now();
        close(line[0]);
        printf("%.1f %.1f\n", started - began, ended - ending);
    }
    return 0;
}
