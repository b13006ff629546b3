"""The screens: main, job detail, launch form, dialogs, help, welcome."""
