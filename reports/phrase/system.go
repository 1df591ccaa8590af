package phrase

import "syscall"

// What the system says of a file or a connection.
const (
	SystemAbsent     Key = "system.absent"
	SystemDenied     Key = "system.denied"
	SystemForbidden  Key = "system.forbidden"
	SystemNoFolder   Key = "system.no-folder"
	SystemFolder     Key = "system.folder"
	SystemFull       Key = "system.full"
	SystemReadOnly   Key = "system.read-only"
	SystemManyFiles  Key = "system.many-files"
	SystemNameLong   Key = "system.name-long"
	SystemPipeClosed Key = "system.pipe-closed"
)

func ofErrors() map[Key]Text {
	return map[Key]Text{
		SystemAbsent:     always("no such file or directory"),
		SystemDenied:     always("permission denied"),
		SystemForbidden:  always("operation not permitted"),
		SystemNoFolder:   always("not a directory"),
		SystemFolder:     always("is a directory"),
		SystemFull:       always("no space left on device"),
		SystemReadOnly:   always("read-only file system"),
		SystemManyFiles:  always("too many open files"),
		SystemNameLong:   always("file name too long"),
		SystemPipeClosed: always("broken pipe"),
	}
}

// ofSystem is the phrase of an error of the system; its own words where it is another one, or this system words it otherwise.
func ofSystem(number syscall.Errno) Phrase {
	said := Say(map[syscall.Errno]Key{
		syscall.ENOENT: SystemAbsent, syscall.EACCES: SystemDenied, syscall.EPERM: SystemForbidden, syscall.ENOTDIR: SystemNoFolder,
		syscall.EISDIR: SystemFolder, syscall.ENOSPC: SystemFull, syscall.EROFS: SystemReadOnly, syscall.EMFILE: SystemManyFiles,
		syscall.ENAMETOOLONG: SystemNameLong, syscall.EPIPE: SystemPipeClosed,
	}[number])
	if said.key == "" || said.String() != number.Error() {
		return Plain(number.Error())
	}
	return said
}
